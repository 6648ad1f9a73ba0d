import { betaFraction } from "./beta-fraction.ts";
import { fastExp, fastLog } from "./exp.ts";
import { logistic } from "./log-sum-exp.ts";
import { poissonCdf } from "./poisson-cdf.ts";
import { logRising } from "./rising.ts";
import { softplus } from "./softplus.ts";
import { logGamma } from "./stdlib.ts";

/** From this size on, the smaller masses are added up: the continued fraction cancels. */
const SUM_FROM = 1e4;
/** From this ratio of size and mean on, the distribution is Poisson to 1e-11. */
const POISSON_FROM = 1e12;
const ENOUGH = 2 ** -54;

/**
 * log P(Y = count) for a negative binomial Y with variance mean + mean² / size, by the log of its mean. Without loss of
 * digits as size → ∞, where it is Poisson. `logFactorial` is log count!.
 */
export function logNegativeBinomial(
  count: number,
  logMean: number,
  size: number,
  logFactorial: number,
): number {
  const odds = logMean - fastLog(size);
  return logRising(size, count) - logFactorial + count * logMean - (count + size) * softplus(odds);
}

/** P(Y ≤ y) for the same Y: 0 below y = 0, NaN where y or a parameter is. To about 1e-10. */
export function negativeBinomialCdf(y: number, logMean: number, size: number): number {
  if (Number.isNaN(y) || Number.isNaN(logMean) || !(size > 0)) return Number.NaN;
  if (y < 0) return 0;
  if (y === Number.POSITIVE_INFINITY) return 1;
  const mean = fastExp(logMean);
  if (size > POISSON_FROM * (1 + mean)) return poissonCdf(y, mean);
  const count = Math.floor(y);
  const odds = logMean - fastLog(size);
  const mass = (at: number): number =>
    fastExp(logNegativeBinomial(at, logMean, size, logGamma(at + 1)));
  const q = logistic(odds);
  const next = count + 1;
  if (q < (next + 1) / (next + size + 2)) return 1 - mass(next) * betaFraction(q, next, size);
  if (size >= SUM_FROM) return mass(count) * ratioBelow(count, q, size);
  return mass(next) * (next / size) * betaFraction(logistic(-odds), size, next);
}

/** P(Y ≤ count) / P(Y = count), from the largest mass down. */
function ratioBelow(count: number, q: number, size: number): number {
  let sum = 1;
  let term = 1;
  for (let y = count; y > 0 && term > sum * ENOUGH; y--) {
    term *= y / ((size + y - 1) * q);
    sum += term;
  }
  return sum;
}
