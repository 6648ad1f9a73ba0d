import { mean, standardDeviation } from "../src/math/moments.ts";

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

/** Log of the mean of exp(values); may be −Infinity. */
export function logMeanExp(values: Float64Array): number {
  const top = values.reduce((best, value) => Math.max(best, value), -Infinity);
  if (!Number.isFinite(top)) return top;
  return top + Math.log(mean(values.map((value) => Math.exp(value - top))));
}

/** Standard error of the sum of n pointwise terms: √n times their sd. NaN for one row. */
export const errorOfSum = (terms: Float64Array): number =>
  Math.sqrt(terms.length) * standardDeviation(terms);
