import { fastLog } from "../math/exp.ts";
import type { Vector } from "../math/matrix.ts";
import { type Rng, uniform } from "../math/rng.ts";
import type { Info } from "./kernel.ts";
import { LONGEST_BLOCK, type RowBlock } from "./marginal-block.ts";

/** Sums of weights beyond these have logarithms of their own. */
const SMALLEST = 1e-100;
const LARGEST = 1e100;

/** Vectors by row of a block, and sums over rows. */
export interface AllocationScratch {
  /** Numbers between 0 and 1. */
  readonly uniform: Vector;
  /** Components drawn by them. */
  readonly place: Vector;
  /**
   * Pairs of sums, over even rows of a block and over odd ones: K of the components' probabilities, then of probability
   * times log weight of all but the last.
   */
  readonly sums: Vector;
}

/** Draws places by the uniforms and adds to the sums, after a pass that has left its detail in the block's scratch. */
export interface AllocationPass extends AllocationScratch {
  run(block: RowBlock): void;
}

/** Allocations of a block's rows after a pass over it, and what is recorded of the gate over all rows. */
export function allocation(
  K: number,
  n: number,
  { uniform: numbers, place, sums, run }: AllocationPass,
) {
  const names = Array.from({ length: K }, (_, k) => `weight[${k + 1}]`);
  let logs = 0;
  const both = (pair: number): number => sums[2 * pair]! + sums[2 * pair + 1]!;
  return {
    begin(): void {
      sums.fill(0);
      logs = 0;
    },

    /** z[i] = k with probability ∝ joint[k][i]; adds to the sums. */
    add(rng: Rng, block: RowBlock, z: Int32Array): void {
      const { from, size, scratch } = block;
      for (let i = 0; i < size; i++) numbers[i] = uniform(rng);
      run(block);
      for (let i = 0; i < size; i++) z[from + i] = place[i]!;
      logs += sumOfLogWeights(scratch.weightSum, scratch.shift);
    },

    describe(info: Info, logLikelihood: number): void {
      info["log_likelihood"] = logLikelihood;
      let entropy = logs;
      for (let k = 0; k < K - 1; k++) entropy -= both(K + k);
      info["gate_entropy"] = entropy / n;
      for (let k = 0; k < K; k++) info[names[k]!] = both(k) / n;
    },
  };
}

/** How many pairs of sums there are. */
export const sumsOf = (K: number): number => 2 * K - 1;

export const allocationScratch = (K: number): AllocationScratch => ({
  uniform: new Float64Array(LONGEST_BLOCK),
  place: new Float64Array(LONGEST_BLOCK),
  sums: new Float64Array(2 * sumsOf(K)),
});

/** The plain pass, that others are tested against. */
export function plainAllocation(own: AllocationScratch): AllocationPass {
  const inverse = new Float64Array(LONGEST_BLOCK);
  return {
    ...own,
    run({ scratch: { joint, jointSum, weight, weightSum, gate } }) {
      const K = joint.length;
      drawPlaces(own.uniform, joint, jointSum, own.place);
      invert(weightSum, inverse);
      for (let k = 0; k < K; k++) addProducts(weight[k]!, inverse, own.sums, 2 * k);
      for (let k = 0; k < K - 1; k++) {
        addTriples(weight[k]!, inverse, gate[k]!, own.sums, 2 * (K + k));
      }
    },
  };
}

function drawPlaces(uniform: Vector, joint: readonly Vector[], sum: Vector, out: Vector): void {
  const last = joint.length - 1;
  for (let i = 0; i < sum.length; i++) {
    let left = uniform[i]! * sum[i]!;
    let k = 0;
    for (; k < last; k++) {
      left -= joint[k]![i]!;
      if (left <= 0) break;
    }
    out[i] = k;
  }
}

/** Σ log of the weights' sums. */
function sumOfLogWeights(sum: Vector, shift: Vector): number {
  let total = 0;
  let product = 1;
  for (let i = 0; i < sum.length; i++) {
    product *= sum[i]!;
    total += shift[i]!;
    if (!(product > SMALLEST && product < LARGEST)) {
      total += fastLog(product);
      product = 1;
    }
  }
  return total + fastLog(product);
}

function invert(values: Vector, out: Vector): void {
  for (let i = 0; i < values.length; i++) out[i] = 1 / values[i]!;
}

/** Adds Σ a b to two sums, of even rows and of odd. */
function addProducts(a: Vector, b: Vector, out: Vector, at: number): void {
  let [even, odd] = [out[at]!, out[at + 1]!];
  for (let i = 0; i + 1 < a.length; i += 2) {
    even += a[i]! * b[i]!;
    odd += a[i + 1]! * b[i + 1]!;
  }
  const last = a.length - 1;
  if (last % 2 === 0) even += a[last]! * b[last]!;
  out[at] = even;
  out[at + 1] = odd;
}

/** Adds Σ a b c likewise. */
function addTriples(a: Vector, b: Vector, c: Vector, out: Vector, at: number): void {
  let [even, odd] = [out[at]!, out[at + 1]!];
  for (let i = 0; i + 1 < a.length; i += 2) {
    even += a[i]! * b[i]! * c[i]!;
    odd += a[i + 1]! * b[i + 1]! * c[i + 1]!;
  }
  const last = a.length - 1;
  if (last % 2 === 0) even += a[last]! * b[last]! * c[last]!;
  out[at] = even;
  out[at + 1] = odd;
}
