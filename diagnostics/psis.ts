import { fastExp, fastLog } from "../src/math/exp.ts";
import { fitGeneralizedPareto, generalizedParetoQuantile } from "./generalized-pareto.ts";
import { largest } from "./pointwise-log-likelihood.ts";
import { hasNotFinite } from "./reason.ts";

/** A generalized Pareto distribution is not fitted to fewer tail draws. */
const FEWEST_TAIL_DRAWS = 5;

/** Above this k the bias of smoothed weights dominates, whatever the number of draws. */
const WORST_K = 0.7;

/**
 * Below this k-hat, S draws suffice for smoothed importance weights: min(1 − 1/log10 S, 0.7).
 * Source: [vehtari2024] §3.2.4.
 */
export const kThreshold = (draws: number): number => Math.min(1 - 1 / Math.log10(draws), WORST_K);

/**
 * Length of the tail to smooth for S draws worth rEff · S independent ones.
 * Source: [vehtari2024] appendix H.
 */
export const tailLength = (draws: number, rEff: number): number =>
  Math.ceil(Math.min(0.2 * draws, 3 * Math.sqrt(draws / rEff)));

/**
 * Pareto-smoothed importance weights: the `length` largest ratios are replaced by the expected
 * order statistics of a generalized Pareto distribution fitted to them, none above the largest raw
 * ratio.
 * out: the logs of the weights, normalized, in the order of logRatios. Returns k-hat: Infinity if
 * the tail is too short or constant (weights then are the raw ones), NaN (weights too) if a ratio
 * is not finite.
 * Source: [vehtari2024].
 */
export function smoothWeights(logRatios: Float64Array, length: number, out: Float64Array): number {
  const top = largest(logRatios);
  for (let s = 0; s < out.length; s++) out[s] = logRatios[s]! - top;
  const k = Number.isFinite(top) ? smoothTail(out, length) : NaN;
  if (Number.isNaN(k)) out.fill(NaN);
  normalize(out);
  return k;
}

/** Smooths the tail of log weights whose maximum is 0, in place; returns k-hat. */
function smoothTail(logWeights: Float64Array, length: number): number {
  if (hasNotFinite([logWeights])) return NaN;
  if (length < FEWEST_TAIL_DRAWS || length >= logWeights.length) return Infinity;
  const upper = upperEnd(logWeights, length + 1);
  const ascending = taken(logWeights, upper).sort();
  const start = ascending.length - length;
  if (ascending[ascending.length - 1]! - ascending[start]! < Number.EPSILON) return Infinity;
  const cutoff = fastExp(ascending[start - 1]!);
  const fit = fitGeneralizedPareto(
    ascending.subarray(start).map((logWeight) => fastExp(logWeight) - cutoff),
  );
  if (!Number.isFinite(fit.k)) return Infinity;
  const rank = ranksIn(ascending);
  for (let j = 0; j < upper.length; j++) {
    const s = upper[j]!;
    const above = rank(logWeights[s]!) - start;
    if (above < 0) continue;
    const quantile = generalizedParetoQuantile(fit, (above + 0.5) / length);
    logWeights[s] = Math.min(fastLog(quantile + cutoff), 0);
  }
  return fit.k;
}

/** Of how many values one is looked at to guess where the largest begin. */
const SAMPLE = 16;

/** Indices, in ascending order, of all values above some bound that at least `count` of them exceed. */
function upperEnd(values: Float64Array, count: number): Int32Array {
  const some = everyNth(values, SAMPLE).sort();
  const indices = new Int32Array(values.length);
  // Expected are half as many more as are wanted, and then as many more again.
  for (let share = (1.5 * count) / values.length; share < 1; share *= 2) {
    const bound = some[Math.floor((1 - share) * some.length)]!;
    const above = writeAbove(values, bound, indices);
    if (above >= count) return indices.subarray(0, above);
  }
  return indices.map((_, s) => s);
}

/** Writes the indices of values above a bound in ascending order; returns how many there are. */
function writeAbove(values: Float64Array, bound: number, out: Int32Array): number {
  let count = 0;
  for (let s = 0; s < values.length; s++) {
    if (values[s]! > bound) out[count++] = s;
  }
  return count;
}

function everyNth(values: Float64Array, step: number): Float64Array {
  const out = new Float64Array(Math.ceil(values.length / step));
  for (let s = 0; s < out.length; s++) out[s] = values[s * step]!;
  return out;
}

function taken(values: Float64Array, indices: Int32Array): Float64Array {
  const out = new Float64Array(indices.length);
  for (let j = 0; j < out.length; j++) out[j] = values[indices[j]!]!;
  return out;
}

/** Ranks (0-based) of values among themselves, asked for one after another: equal ones in the order in which they come. */
function ranksIn(ascending: Float64Array): (value: number) => number {
  const seen = new Int32Array(ascending.length);
  return (value) => {
    let [low, high] = [0, ascending.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ascending[middle]! < value) low = middle + 1;
      else high = middle;
    }
    const before = seen[low]!;
    seen[low] = before + 1;
    return low + before;
  };
}

/** Subtracts the log of the sum of the exponentials; the maximum is at most 0 and not far below. */
function normalize(logWeights: Float64Array): void {
  let total = 0;
  for (let s = 0; s < logWeights.length; s++) total += fastExp(logWeights[s]!);
  const logTotal = fastLog(total);
  for (let s = 0; s < logWeights.length; s++) logWeights[s]! -= logTotal;
}
