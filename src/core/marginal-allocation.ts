import { fastLog } from "../math/exp.ts";
import type { Vector } from "../math/matrix.ts";
import { type Rng, uniform } from "../math/rng.ts";
import type { Info } from "./kernel.ts";
import { LONGEST_BLOCK, type RowBlock } from "./marginal-block.ts";

/** Sums of weights beyond these have logarithms of their own. */
const SMALLEST = 1e-100;
const LARGEST = 1e100;

/** Allocations of a block's rows after a pass over it, and what is recorded of the gate over all rows. */
export function allocation(K: number, n: number) {
  const mean = new Float64Array(K);
  const inverse = new Float64Array(LONGEST_BLOCK);
  const names = Array.from({ length: K }, (_, k) => `weight[${k + 1}]`);
  let entropy = 0;
  return {
    begin(): void {
      mean.fill(0);
      entropy = 0;
    },

    /** z[i] = k with probability ∝ joint[k][i]; adds to the sums. */
    add(rng: Rng, { from, scratch }: RowBlock, z: Int32Array): void {
      const { joint, jointSum, weight, weightSum, gate, shift } = scratch;
      drawBlock(rng, joint, jointSum, from, z);
      entropy += sumOfLogWeights(weightSum, shift);
      invert(weightSum, inverse);
      for (let k = 0; k < K; k++) mean[k] = mean[k]! + sumOfProducts(weight[k]!, inverse);
      for (let k = 0; k < K - 1; k++) entropy -= sumOfTriples(weight[k]!, inverse, gate[k]!);
    },

    describe(info: Info, logLikelihood: number): void {
      info["log_likelihood"] = logLikelihood;
      info["gate_entropy"] = entropy / n;
      for (let k = 0; k < K; k++) info[names[k]!] = mean[k]! / n;
    },
  };
}

function drawBlock(
  rng: Rng,
  joint: readonly Vector[],
  sum: Vector,
  from: number,
  z: Int32Array,
): void {
  const last = joint.length - 1;
  for (let i = 0; i < sum.length; i++) {
    let left = uniform(rng) * sum[i]!;
    let k = 0;
    for (; k < last; k++) {
      left -= joint[k]![i]!;
      if (left <= 0) break;
    }
    z[from + i] = k;
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

function sumOfProducts(a: Vector, b: Vector): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

function sumOfTriples(a: Vector, b: Vector, c: Vector): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]! * c[i]!;
  return total;
}
