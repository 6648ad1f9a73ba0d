import { fastExp, fastLog } from "../src/math/exp.ts";
import { standardDeviation } from "../src/math/moments.ts";

/**
 * Log likelihoods of n rows under S draws, a row's at a time, so that no S × n matrix need exist.
 * For mixtures: the marginal ones, allocations summed out.
 */
export interface PointwiseLogLikelihood {
  /** S, all chains together. */
  readonly draws: number;
  /** n. */
  readonly rows: number;
  /** Writes row i's log likelihood under each draw into out (length S), chain after chain. */
  column(i: number, out: Float64Array): void;
}

/** Log of the mean of exp(values); may be −Infinity. NaN if a value is. */
export function logMeanExp(values: Float64Array): number {
  const top = largest(values);
  if (!Number.isFinite(top)) return top;
  let total = 0;
  for (let s = 0; s < values.length; s++) total += fastExp(values[s]! - top);
  return top + fastLog(total / values.length);
}

/** The largest value; NaN if one is NaN. */
export function largest(values: Float64Array): number {
  let best = -Infinity;
  for (let s = 0; s < values.length; s++) best = Math.max(best, values[s]!);
  return best;
}

/** Standard error of the sum of n pointwise terms: √n times their sd. NaN for one row. */
export const errorOfSum = (terms: Float64Array): number =>
  Math.sqrt(terms.length) * standardDeviation(terms);
