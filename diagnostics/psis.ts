import { fitGeneralizedPareto, generalizedParetoQuantile } from "./generalized-pareto.ts";
import { largest } from "./pointwise-log-likelihood.ts";

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
  const ascending = logWeights.slice().sort();
  const start = ascending.length - length;
  if (!Number.isFinite(ascending[0]!)) return NaN;
  if (length < FEWEST_TAIL_DRAWS || start < 1) return Infinity;
  if (ascending[ascending.length - 1]! - ascending[start]! < Number.EPSILON) return Infinity;
  const cutoff = Math.exp(ascending[start - 1]!);
  const fit = fitGeneralizedPareto(
    ascending.subarray(start).map((logWeight) => Math.exp(logWeight) - cutoff),
  );
  if (!Number.isFinite(fit.k)) return Infinity;
  tailIndices(logWeights, ascending[start]!, length).forEach((s, rank) => {
    const quantile = generalizedParetoQuantile(fit, (rank + 0.5) / length);
    logWeights[s] = Math.min(Math.log(quantile + cutoff), 0);
  });
  return fit.k;
}

/** Indices of the `count` largest values in ascending order; of ties at `lowest`, the last ones. */
function tailIndices(values: Float64Array, lowest: number, count: number): Int32Array {
  const above: number[] = [];
  const ties: number[] = [];
  for (let s = 0; s < values.length; s++) {
    if (values[s]! > lowest) above.push(s);
    else if (values[s] === lowest) ties.push(s);
  }
  const missing = count - above.length;
  const chosen = [...ties.slice(ties.length - missing), ...above];
  return Int32Array.from(chosen).sort((a, b) => values[a]! - values[b]! || a - b);
}

/** Subtracts the log of the sum of the exponentials; the maximum is at most 0 and not far below. */
function normalize(logWeights: Float64Array): void {
  let total = 0;
  for (let s = 0; s < logWeights.length; s++) total += Math.exp(logWeights[s]!);
  const logTotal = Math.log(total);
  for (let s = 0; s < logWeights.length; s++) logWeights[s]! -= logTotal;
}
