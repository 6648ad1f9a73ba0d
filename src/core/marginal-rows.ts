import { fastExp, fastLog } from "../math/exp.ts";
import { linearPredictor } from "../math/gram.ts";
import type { Matrix, Vector } from "../math/matrix.ts";
import type { ExpertRows } from "./expert-rows.ts";

/** Rows looked at together, so that what is made of them stays in a near cache. */
export const LONGEST_BLOCK = 256;
/** Densities between these need no logarithm of their own: running products stay in the range of doubles. */
const SMALLEST = 1e-100;
const LARGEST = 1e100;

/** A run of rows and what a pass has found there; vectors are of the length of the run. */
export interface RowBlock {
  readonly from: number;
  readonly size: number;
  readonly W: Vector;
  readonly X: Vector;
  readonly offset: Vector | undefined;
  readonly scratch: BlockScratch;
}

/** By component, over a run of rows. */
export interface BlockScratch {
  /** Log weights; the last component's are zero. */
  readonly gate: readonly Vector[];
  /** Linear predictors of the experts. */
  readonly eta: readonly Vector[];
  readonly logDensity: readonly Vector[];
  /** Weights, and weights times densities, up to a factor a row; with their sums. */
  readonly weight: readonly Vector[];
  readonly joint: readonly Vector[];
  readonly weightSum: Vector;
  readonly jointSum: Vector;
  /** Log of the factor by which the weights of a row have been divided; mostly 0. */
  readonly shift: Vector;
}

/** The rows of a target in runs; the scratch is shared by runs of one length. */
export function rowBlocks(n: number, K: number, W: Matrix, rows: ExpertRows): RowBlock[] {
  const scratches = new Map<number, BlockScratch>();
  const blocks: RowBlock[] = [];
  const { X, offset } = rows;
  for (let from = 0; from < n; from += LONGEST_BLOCK) {
    const size = Math.min(LONGEST_BLOCK, n - from);
    const scratch = scratches.get(size) ?? scratchOf(K, size);
    scratches.set(size, scratch);
    blocks.push({
      from,
      size,
      W: W.data.subarray(from * W.columns, (from + size) * W.columns),
      X: X.data.subarray(from * X.columns, (from + size) * X.columns),
      offset: offset?.subarray(from, from + size),
      scratch,
    });
  }
  return blocks;
}

function scratchOf(K: number, size: number): BlockScratch {
  const vectors = () => Array.from({ length: K }, () => new Float64Array(size));
  return {
    gate: vectors(),
    eta: vectors(),
    logDensity: vectors(),
    weight: vectors(),
    joint: vectors(),
    weightSum: new Float64Array(size),
    jointSum: new Float64Array(size),
    shift: new Float64Array(size),
  };
}

/** Parameters of a pass, views by component: contrasts of the gate (one less than components), coefficients, u. */
export interface PassParameters {
  readonly gate: readonly Vector[];
  readonly coefficients: readonly Vector[];
  /** Of component k the number at u[k · stride], where experts have one. */
  u(k: number): number;
}

/** A pass over the rows of a block that leaves weights and joint densities in its scratch; their log-likelihood. */
export function passOver(block: RowBlock, rows: ExpertRows, at: PassParameters): number {
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
  return sumOfRatios(scratch);
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

/** Σ log (joint sum / weight sum), with a logarithm only where a running product would leave the range of doubles. */
function sumOfRatios(scratch: BlockScratch): number {
  const { weightSum, jointSum, shift } = scratch;
  shift.fill(0);
  let total = 0;
  let product = 1;
  for (let i = 0; i < jointSum.length; i++) {
    const ratio = jointSum[i]! / weightSum[i]!;
    if (!(ratio > SMALLEST && ratio < LARGEST)) {
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
