import { fastExp, fastLog } from "../math/exp.ts";
import { linearPredictor } from "../math/gram.ts";
import type { Matrix, Vector } from "../math/matrix.ts";
import type { ExpertRows } from "./expert-rows.ts";
import {
  type AllocationPass,
  type AllocationScratch,
  allocationScratch,
  plainAllocation,
} from "./marginal-allocation.ts";
import {
  type BlockScratch,
  LONGEST_BLOCK,
  type PassParameters,
  type RowBlock,
  rowBlocks,
  scratchOf,
} from "./marginal-block.ts";
import type { Scores } from "./marginal-derivatives.ts";
import { lanePass } from "./marginal-lanes.ts";

/** Densities between these need no logarithm of their own: running products stay in the range of doubles. */
const SMALLEST = 1e-100;
const LARGEST = 1e100;
/** Beyond, exponentials may have been cut off; the routines of WebAssembly leave such rows to the plain pass, too. */
const LARGEST_SUM = 1e280;

/** Passes over the rows of a target, run by run. */
export interface RowPasses {
  readonly blocks: readonly RowBlock[];
  /** Takes the parameters of the next passes. */
  load(at: PassParameters): void;
  /** The log-likelihood of a block; what its scratch then holds is of no use. */
  value(block: RowBlock): number;
  /** Writes the log-likelihood of each row of a block; what its scratch then holds is of no use. */
  each(block: RowBlock, out: Vector): void;
  /** As `value`, and leaves weights and joint densities in the block's scratch. */
  detail(block: RowBlock): number;
  /** Of the block that `detail` was last asked for, where there is a faster way than `slopesOf`. */
  scores?(block: RowBlock): Scores;
  /** Draws allocations of the block that `detail` was last asked for. */
  readonly allocation: AllocationPass;
}

/** Passes that use WebAssembly where they can, unless `plain`; the numbers are the same, to the bit. */
export function rowPasses(
  n: number,
  K: number,
  W: Matrix,
  rows: ExpertRows,
  plain = false,
): RowPasses {
  const lanes = plain ? undefined : lanePass(n, K, W, rows, LONGEST_BLOCK);
  if (lanes === undefined) {
    const blocks = rowBlocks(n, W, rows, (size) => scratchOf(K, size));
    return plainPasses(blocks, rows, allocationScratch(K));
  }
  const blocks = rowBlocks(n, W, rows, (size) => ({
    ...lanes.scratch(size),
    shift: new Float64Array(size),
  }));
  const plainly = plainPasses(blocks, rows, lanes.allocation);
  return {
    blocks,
    load(at) {
      plainly.load(at);
      lanes.load(at);
    },
    value(block) {
      const total = sumOfLogs(lanes.ratios(block), block.size);
      return Number.isNaN(total) ? plainly.value(block) : total;
    },
    each(block, out) {
      if (!writeLogs(lanes.ratios(block), out)) plainly.each(block, out);
    },
    detail(block) {
      lanes.detail(block);
      return sumOfRatios(block.scratch);
    },
    scores: (block) => lanes.scores(block),
    allocation: {
      ...lanes.allocation,
      run: (block) => (block.size % 2 === 0 ? lanes : plainly).allocation.run(block),
    },
  };
}

/** The plain passes, that others are tested against. */
function plainPasses(
  blocks: readonly RowBlock[],
  rows: ExpertRows,
  scratch: AllocationScratch,
): RowPasses {
  let at: PassParameters | undefined;
  const pass = (block: RowBlock): number => {
    fill(block, rows, at!);
    return sumOfRatios(block.scratch);
  };
  return {
    blocks,
    load(parameters) {
      at = parameters;
    },
    value: pass,
    each(block, out) {
      fill(block, rows, at!);
      writeLogsOfRatios(block.scratch, out);
    },
    detail: pass,
    allocation: plainAllocation(scratch),
  };
}

/** Writes weights and joint densities of the rows of a block, and their sums, to its scratch. */
function fill(block: RowBlock, rows: ExpertRows, at: PassParameters): void {
  const { size, from, scratch } = block;
  const { gate, eta, logDensity, weight, joint, weightSum, jointSum } = scratch;
  const K = eta.length;
  const p = rows.X.columns;
  for (let k = 0; k < K; k++) {
    linearPredictor(block.X, p, size, at.coefficients[k]!, eta[k]!);
    if (block.offset !== undefined) add(block.offset, eta[k]!);
    rows.logDensity(from, eta[k]!, at.u(k), logDensity[k]!);
  }
  const last = K - 1;
  exponentiateLast(logDensity[last]!, joint[last]!, weight[last]!, jointSum, weightSum);
  for (let k = 0; k < last; k++) {
    const g = gate[k]!;
    linearPredictor(block.W, block.W.length / size, size, at.gate[k]!, g);
    exponentiate(g, logDensity[k]!, weight[k]!, joint[k]!, weightSum, jointSum);
  }
}

function add(amounts: Vector, values: Vector): void {
  for (let i = 0; i < values.length; i++) values[i] = values[i]! + amounts[i]!;
}

function exponentiateLast(
  logDensity: Vector,
  joint: Vector,
  weight: Vector,
  jointSum: Vector,
  weightSum: Vector,
): void {
  for (let i = 0; i < joint.length; i++) {
    const e = fastExp(logDensity[i]!);
    joint[i] = e;
    jointSum[i] = e;
    weight[i] = 1;
    weightSum[i] = 1;
  }
}

function exponentiate(
  gate: Vector,
  logDensity: Vector,
  weight: Vector,
  joint: Vector,
  weightSum: Vector,
  jointSum: Vector,
): void {
  for (let i = 0; i < gate.length; i++) {
    const w = fastExp(gate[i]!);
    const e = w * fastExp(logDensity[i]!);
    weight[i] = w;
    joint[i] = e;
    weightSum[i] = weightSum[i]! + w;
    jointSum[i] = jointSum[i]! + e;
  }
}

/** Writes logs of the first ratios; false, and `out` of no use, where `writeLogsOfRatios` would look closer at one. */
function writeLogs(ratios: Vector, out: Vector): boolean {
  for (let i = 0; i < out.length; i++) {
    const ratio = ratios[i]!;
    if (!(ratio > SMALLEST && ratio < LARGEST)) return false;
    out[i] = fastLog(ratio);
  }
  return true;
}

/** out[i] = log (joint sum / weight sum) of row i. */
function writeLogsOfRatios(scratch: BlockScratch, out: Vector): void {
  const { weightSum, jointSum } = scratch;
  for (let i = 0; i < out.length; i++) {
    const weights = weightSum[i]!;
    const ratio = jointSum[i]! / weights;
    const isPlain = ratio > SMALLEST && ratio < LARGEST && weights < LARGEST_SUM;
    out[i] = isPlain ? fastLog(ratio) : inLogs(scratch, i);
  }
}

/** Σ log of the first ratios, as `sumOfRatios` adds them; NaN where that would look closer at one. */
function sumOfLogs(ratios: Vector, size: number): number {
  let total = 0;
  let product = 1;
  for (let i = 0; i < size; i++) {
    const ratio = ratios[i]!;
    if (!(ratio > SMALLEST && ratio < LARGEST)) return Number.NaN;
    product *= ratio;
    if (product > LARGEST || product < SMALLEST) {
      total += fastLog(product);
      product = 1;
    }
  }
  return total + fastLog(product);
}

/** Σ log (joint sum / weight sum), with a logarithm only where a running product would leave the range of doubles. */
function sumOfRatios(scratch: BlockScratch): number {
  const { weightSum, jointSum, shift } = scratch;
  shift.fill(0);
  let total = 0;
  let product = 1;
  for (let i = 0; i < jointSum.length; i++) {
    const weights = weightSum[i]!;
    const ratio = jointSum[i]! / weights;
    if (!(ratio > SMALLEST && ratio < LARGEST && weights < LARGEST_SUM)) {
      total += inLogs(scratch, i);
      continue;
    }
    product *= ratio;
    if (product > LARGEST || product < SMALLEST) {
      total += fastLog(product);
      product = 1;
    }
  }
  return total + fastLog(product);
}

/** Makes weights and joints of a row anew, each divided by its largest, where exponentials leave the range of doubles. */
function inLogs({ gate, logDensity, ...scratch }: BlockScratch, i: number): number {
  const K = gate.length;
  const { weight, joint, weightSum, jointSum } = scratch;
  let [topWeight, topJoint] = [0, Number.NEGATIVE_INFINITY];
  for (let k = 0; k < K; k++) {
    const g = k < K - 1 ? gate[k]![i]! : 0;
    topWeight = Math.max(topWeight, g);
    topJoint = Math.max(topJoint, g + logDensity[k]![i]!);
  }
  let [weights, joints] = [0, 0];
  for (let k = 0; k < K; k++) {
    const g = k < K - 1 ? gate[k]![i]! : 0;
    const w = fastExp(g - topWeight);
    const e = fastExp(g + logDensity[k]![i]! - topJoint);
    weight[k]![i] = w;
    joint[k]![i] = e;
    weights += w;
    joints += e;
  }
  weightSum[i] = weights;
  jointSum[i] = joints;
  scratch.shift[i] = topWeight;
  if (topJoint === Number.NEGATIVE_INFINITY) return topJoint;
  return topJoint - topWeight + fastLog(joints) - fastLog(weights);
}
