import { approximateMaxima, exponentiateAndSum, scaleRows } from "../../src/math/blocks.ts";
import { sumOfLogs } from "../../src/math/columns.ts";
import { fastLog } from "../../src/math/exp.ts";
import type { Lanes } from "../../src/math/lanes/lanes.ts";
import { sharesRoutine } from "../../src/math/lanes/normal-routines.ts";
import { LONGEST } from "../../src/math/lanes/rows.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { sum } from "../../src/math/moments.ts";
import type { Passes } from "./passes.ts";
import type { RowWeight } from "./row-weight.ts";

/** Rows looked at together, so that what is made of them stays in a near cache. */
export const BLOCK = LONGEST;

/** A block of rows whose E step is done. */
export interface Block {
  readonly size: number;
  /** The responsibilities of each component. */
  readonly joint: readonly Vector[];
  /** How much each row counts. */
  readonly total: Vector;
}

/** E steps of blocks, at the parameters with which experts and gate have begun their pass. */
export interface RowBlocks {
  /** How many blocks a pass looks at: each `every`-th. */
  readonly count: number;
  /** The E step of blocks first … last − 1 of these, each handed to `take` with its first row; their log-likelihood. */
  look(first: number, last: number, take: (block: Block, from: number) => void): number;
}

/** The blocks of n rows, of which each `every`-th is looked at. */
export function rowBlocks(
  n: number,
  K: number,
  { expert, gate, lanes }: Passes,
  weight: RowWeight,
  every: number,
): RowBlocks {
  const make = (size: number) =>
    lanes === undefined ? blockOf(K, size) : blockInLanes(K, size, lanes);
  const full = make(Math.min(BLOCK, n));
  const rest = n % full.size === 0 ? full : make(n % full.size);
  const stride = every * full.size;
  return {
    count: Math.ceil(n / stride),
    look(first, last, take) {
      let value = 0;
      for (let from = first * stride; from < last * stride && from < n; from += stride) {
        const block = n - from < full.size ? rest : full;
        gate.logWeight(from, block.joint, block.total);
        expert.addLogDensity(from, block.joint);
        value += block.weigh(weight.each?.subarray(from, from + block.size));
        take(block, from);
      }
      return value;
    },
  };
}

/** How much the rows of each `every`-th block count together. */
export function totalWeight(n: number, { each, total }: RowWeight, every: number): number {
  if (every === 1) return total;
  const size = Math.min(BLOCK, n);
  let sumOfRows = 0;
  for (let from = 0; from < n; from += every * size) {
    const to = Math.min(n, from + size);
    sumOfRows += each === undefined ? to - from : sum(each.subarray(from, to));
  }
  return sumOfRows;
}

interface Weighable extends Block {
  /** Log of gate weight times density, then responsibilities; total is first the sum of the gate's weights. */
  weigh(each: Vector | undefined): number;
}

function blockOf(K: number, size: number): Weighable {
  const joint = Array.from({ length: K }, () => new Float64Array(size));
  const total = new Float64Array(size);
  const maximum = new Float64Array(size);
  const inverse = new Float64Array(size);
  return {
    size,
    joint,
    total,
    weigh(each) {
      approximateMaxima(joint, maximum);
      exponentiateAndSum(joint, maximum, inverse);
      ratiosAndInverses(inverse, total);
      scaleRows(joint, inverse);
      return logsOf(each, maximum, total);
    },
  };
}

/** The same by routines of WebAssembly, to the bit. */
function blockInLanes(K: number, size: number, lanes: Lanes): Weighable {
  const { shares } = lanes.compileOnce(`shares ${K}`, () => ({ shares: sharesRoutine(K) }));
  const joint = lanes.vectors(K, size);
  const total = lanes.vector(size);
  const maximum = lanes.vector(size);
  const first = joint[0]!.byteOffset;
  return {
    size,
    joint,
    total,
    weigh(each) {
      shares(first + 8 * size, first, total.byteOffset, maximum.byteOffset);
      return logsOf(each, maximum, total);
    },
  };
}

/** The log-likelihood of rows with these maxima and ratios, which become how much each row counts. */
function logsOf(each: Vector | undefined, maximum: Vector, ratio: Vector): number {
  if (each === undefined) {
    const value = sum(maximum) + sumOfLogs(ratio);
    ratio.fill(1);
    return value;
  }
  const value = weightedLogs(each, maximum, ratio);
  ratio.set(each);
  return value;
}

/** by becomes values / by, and values become their inverses. */
function ratiosAndInverses(values: Vector, by: Vector): void {
  for (let i = 0; i < by.length; i++) {
    const value = values[i]!;
    by[i] = value / by[i]!;
    values[i] = 1 / value;
  }
}

/** Σ weight (maximum + log ratio), rows of weight 0 left out. */
function weightedLogs(weight: Vector, maximum: Vector, ratio: Vector): number {
  let total = 0;
  for (let i = 0; i < weight.length; i++) {
    if (weight[i]! > 0) total += weight[i]! * (maximum[i]! + fastLog(ratio[i]!));
  }
  return total;
}
