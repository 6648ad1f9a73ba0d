import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import type { BlockPlace } from "../../src/math/gram.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { LEAST_RIDGE, RIDGE } from "./softmax-maximize.ts";

/**
 * The mean squared change of log odds, as the Hessian weighs it, up to which a Hessian serves for a step: curvatures have
 * then changed by about a tenth, so a step misses the maximum by a tenth of its length.
 */
const NEAR = 0.01;

/** How many sums a Hessian of so many coefficients has: the weight of its rows, then its entries. */
export const chordSums = (dimension: number): number => 1 + dimension * dimension;

/**
 * The negative Hessian of a softmax over blocks of rows, `free` rows of gamma with q coefficients each; it is summed
 * anew only where gamma has left the neighbourhood of the last one. sums: where, `chordSums` of them.
 */
export function chordHessian(free: number, q: number, sums: Vector) {
  const stride = free * q;
  const factor = sums.subarray(1);
  const place = new Float64Array(stride);
  const move = new Float64Array(stride);
  let stage: "none" | "fresh" | "factored" = "none";

  return {
    /** Starts a pass at the free part of gamma. */
    begin(gamma: Vector): void {
      for (let j = 0; j < stride; j++) move[j] = gamma[j]! - place[j]!;
      if (stage === "factored" && squaredLength(factor, move) <= NEAR * sums[0]!) return;
      stage = "fresh";
      place.set(gamma);
      sums.fill(0);
    },
    /** Starts some blocks of a pass of another; whether that sums a Hessian. */
    assist(isFresh: boolean): void {
      stage = isFresh ? "fresh" : "none";
      if (isFresh) sums.fill(0);
    },
    /** Whether blocks of this pass are to be added. */
    isFresh: (): boolean => stage === "fresh",
    /** Adds to the rows that the Hessian is made of. */
    count(weight: Vector): void {
      let total = sums[0]!;
      for (let i = 0; i < weight.length; i++) total += weight[i]!;
      sums[0] = total;
    },
    /** The Hessian, of which the lower triangle of each block below the diagonal is to be summed. */
    entries: factor,
    /** Where block (k, l), l ≤ k, stands in it. */
    place: (k: number, l: number): BlockPlace => ({ first: k * q * stride + l * q, stride }),
    /** Solves for a step, in place; false where there is none. */
    solve(step: Vector): boolean {
      if (stage === "fresh") {
        mirrorBlocks(factor, q, free);
        for (let at = 0; at < factor.length; at += stride + 1) {
          factor[at] = factor[at]! * (1 + RIDGE) + LEAST_RIDGE;
        }
        stage = cholesky(factor, stride) ? "factored" : "none";
      }
      if (stage === "none") return false;
      solveCholesky(factor, stride, step);
      return true;
    },
  };
}

/** |L' v|² of the lower triangle L. */
function squaredLength(L: Vector, v: Vector): number {
  const d = v.length;
  let total = 0;
  for (let j = 0; j < d; j++) {
    let sum = 0;
    for (let i = j; i < d; i++) sum += L[i * d + j]! * v[i]!;
    total += sum * sum;
  }
  return total;
}

/** Blocks below the diagonal are symmetric too: their upper triangles from their lower ones. */
function mirrorBlocks(hessian: Vector, q: number, blocks: number): void {
  const stride = blocks * q;
  for (let k = 0; k < blocks; k++) {
    for (let l = 0; l < k; l++) {
      const first = k * q * stride + l * q;
      for (let a = 0; a < q; a++) {
        for (let b = 0; b < a; b++) {
          hessian[first + b * stride + a] = hessian[first + a * stride + b]!;
        }
      }
    }
  }
}
