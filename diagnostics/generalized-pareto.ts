import { sumOfAnyLogs } from "../src/math/sum-of-any-logs.ts";

/** Shape k (heavier tails for larger k) and scale of a generalized Pareto distribution, x > 0. */
export interface GeneralizedPareto {
  readonly k: number;
  readonly sigma: number;
}

/** How many draws at k = 1/2 the weakly informative prior on the shape is worth. */
const PRIOR_DRAWS = 10;
const PRIOR_K = 0.5;
const FEWEST_GRID_POINTS = 30;
/** Constant of the data-driven prior of [zhang2009]. */
const PRIOR_WIDTH = 3;

/**
 * Empirical-Bayes fit to ascending excesses over a threshold, k pulled towards 1/2 as by ten more
 * draws.
 * NaN if a quarter of the excesses is at their minimum: no such distribution. k is Infinity (sigma
 * NaN) if the likelihood overflows.
 * Source: [zhang2009] (its k is our −k), [vehtari2024] for the prior.
 */
export function fitGeneralizedPareto(excesses: Float64Array): GeneralizedPareto {
  const n = excesses.length;
  const quartile = excesses[Math.floor(n / 4 + 0.5) - 1];
  if (quartile === undefined || !(quartile > excesses[0]!)) return { k: NaN, sigma: NaN };
  const factors = new Float64Array(n);
  const theta = posteriorMeanTheta(excesses, quartile, factors);
  const k = bestShape(excesses, theta, factors);
  if (Number.isNaN(k)) return { k: Infinity, sigma: NaN };
  return { k: (k * n + PRIOR_K * PRIOR_DRAWS) / (n + PRIOR_DRAWS), sigma: -k / theta };
}

/** Mean of θ = −k/σ under its profile likelihood on the grid of [zhang2009] §4. */
function posteriorMeanTheta(
  excesses: Float64Array,
  quartile: number,
  factors: Float64Array,
): number {
  const n = excesses.length;
  const points = FEWEST_GRID_POINTS + Math.floor(Math.sqrt(n));
  const theta = new Float64Array(points);
  const logLikelihood = new Float64Array(points);
  let best = -Infinity;
  for (let j = 0; j < points; j++) {
    const spread = 1 - Math.sqrt(points / (j + 0.5));
    theta[j] = 1 / excesses[n - 1]! + spread / PRIOR_WIDTH / quartile;
    const k = bestShape(excesses, theta[j]!, factors);
    logLikelihood[j] = n * (Math.log(-theta[j]! / k) - k - 1);
    best = Math.max(best, logLikelihood[j]!);
  }
  let total = 0;
  let weighted = 0;
  for (let j = 0; j < points; j++) {
    const weight = Math.exp(logLikelihood[j]! - best);
    total += weight;
    weighted += weight * theta[j]!;
  }
  return weighted / total;
}

/** The shape that maximizes the likelihood for a given θ: mean of log(1 − θ x). */
function bestShape(excesses: Float64Array, theta: number, factors: Float64Array): number {
  for (let i = 0; i < factors.length; i++) factors[i] = 1 - theta * excesses[i]!;
  return sumOfAnyLogs(factors) / factors.length;
}

/** The p-quantile, 0 ≤ p < 1. NaN if sigma is not positive. */
export function generalizedParetoQuantile({ k, sigma }: GeneralizedPareto, p: number): number {
  if (!(sigma > 0)) return NaN;
  const exponential = -Math.log1p(-p);
  return k === 0 ? sigma * exponential : (sigma * Math.expm1(k * exponential)) / k;
}
