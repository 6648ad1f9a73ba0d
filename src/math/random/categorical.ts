import { fastExp } from "../exp.ts";
import type { Vector } from "../matrix.ts";
import { type Rng, uniform } from "../rng.ts";

/**
 * An index i < n with probability proportional to weights[start + i] ≥ 0, whose sum is `total`.
 * −1 if the total is NaN, 0 or infinite.
 */
export function categorical(
  rng: Rng,
  weights: Vector,
  total: number,
  start = 0,
  n = weights.length,
): number {
  if (!(total > 0 && total < Number.POSITIVE_INFINITY)) return -1;
  let rest = uniform(rng) * total;
  let last = -1;
  for (let i = 0; i < n; i++) {
    const weight = weights[start + i]!;
    if (weight > 0) {
      last = i;
      rest -= weight;
      if (rest < 0) return i;
    }
  }
  return last; // the running sum was rounded below the total
}

/**
 * An index i < n with probability proportional to exp(logWeights[start + i]).
 * −1 if a weight is NaN or Infinity, or if all are −Infinity.
 */
export function categoricalFromLog(
  rng: Rng,
  logWeights: Vector,
  n = logWeights.length,
  start = 0,
): number {
  const max = maximum(logWeights, start, n);
  let total = 0;
  for (let i = 0; i < n; i++) total += fastExp(logWeights[start + i]! - max);
  if (Number.isNaN(total)) return -1;
  let rest = uniform(rng) * total;
  let last = -1;
  for (let i = 0; i < n; i++) {
    const weight = fastExp(logWeights[start + i]! - max);
    if (weight > 0) {
      last = i;
      rest -= weight;
      if (rest < 0) return i;
    }
  }
  return last;
}

/** The maximum; a NaN is left for the sum of exponentials to show. */
function maximum(x: Vector, start: number, n: number): number {
  let max = x[start]!;
  for (let i = start + 1; i < start + n; i++) if (x[i]! > max) max = x[i]!;
  return max;
}
