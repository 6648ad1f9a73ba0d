import type { ExpertPass, GatePass } from "../../src/core/row-pass.ts";
import { approximateMaxima, exponentiateAndSum, scaleRows } from "../../src/math/blocks.ts";
import { sumOfLogs } from "../../src/math/columns.ts";
import { fastLog } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { sum } from "../../src/math/moments.ts";
import type { RowWeight } from "./row-weight.ts";

/** Rows looked at together, so that what is made of them stays in a near cache. */
export const BLOCK = 512;

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
  expert: ExpertPass,
  gate: GatePass,
  weight: RowWeight,
  every: number,
): RowBlocks {
  const full = blockOf(K, Math.min(BLOCK, n));
  const rest = n % full.size === 0 ? full : blockOf(K, n % full.size);
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

function blockOf(K: number, size: number) {
  const joint = Array.from({ length: K }, () => new Float64Array(size));
  const total = new Float64Array(size);
  const maximum = new Float64Array(size);
  const inverse = new Float64Array(size);
  return {
    size,
    /** Log of gate weight times density, then responsibilities. */
    joint,
    /** The sum of the gate's weights, then how much each row counts. */
    total,
    /** The log-likelihood of these rows. */
    weigh(each: Vector | undefined): number {
      approximateMaxima(joint, maximum);
      exponentiateAndSum(joint, maximum, inverse);
      ratiosAndInverses(inverse, total);
      const value =
        each === undefined ? sum(maximum) + sumOfLogs(total) : weightedLogs(each, maximum, total);
      scaleRows(joint, inverse);
      if (each === undefined) total.fill(1);
      else total.set(each);
      return value;
    },
  };
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
