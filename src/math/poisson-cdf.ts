import { fastExp, fastLog } from "./exp.ts";
import { fastNormalCdf } from "./normal-cdf.ts";
import { logGamma } from "./stdlib.ts";

/** From here on a uniform expansion is good to 1e-10, and costs less than a sum over masses. */
const EXPANSION_FROM = 1e4;
/** So far away, the probability is 0 or 1 to 1e-20. */
const FAR = 0.1;
const ENOUGH = 2 ** -54;
const TERMS_OF_LOG = 16;

/**
 * P(Y ≤ y) for Y ~ Poisson(mean): 0 below y = 0, NaN unless mean ≥ 0. To about 1e-10, by summing the masses of the
 * smaller side, and by the uniform expansion of the incomplete gamma function of [temme1979] where they are many.
 * Not @stdlib's, whose incomplete gamma function is off by 0.009 at a mean of 2000.
 */
export function poissonCdf(y: number, mean: number): number {
  if (!(mean >= 0) || Number.isNaN(y)) return Number.NaN;
  if (y < 0) return 0;
  if (mean === 0 || y === Number.POSITIVE_INFINITY) return 1;
  const count = Math.floor(y);
  if (Math.min(count, mean) >= EXPANSION_FROM) return byExpansion(count + 1, mean);
  return count < mean ? below(count, mean) : 1 - above(count + 1, mean);
}

/** P(Y = count). */
function mass(count: number, mean: number): number {
  return fastExp(count * fastLog(mean) - mean - logGamma(count + 1));
}

/** P(Y ≤ count), from the largest mass down; count < mean. */
function below(count: number, mean: number): number {
  let sum = 1;
  let term = 1;
  for (let y = count; y > 0 && term > sum * ENOUGH; y--) {
    term *= y / mean;
    sum += term;
  }
  return sum * mass(count, mean);
}

/** P(Y ≥ count), from the largest mass up; count > mean. */
function above(count: number, mean: number): number {
  let sum = 1;
  let term = 1;
  for (let y = count + 1; term > sum * ENOUGH; y++) {
    term *= mean / y;
    sum += term;
  }
  return sum * mass(count, mean);
}

/** Q(a, x) for large a and x, to first order: eqs. 1.1 to 1.4 of [temme1979], with the coefficient C₀ near 0. */
function byExpansion(a: number, x: number): number {
  const mu = (x - a) / a;
  if (Math.abs(mu) > FAR) return mu > 0 ? 0 : 1;
  const eta = mu * Math.sqrt(2 * excessOverLog(mu));
  const first = -1 / 3 + eta * (1 / 12 - eta * (2 / 135 - eta * (1 / 864 + eta / 2835)));
  const normal = fastExp(-0.5 * a * eta * eta) / Math.sqrt(2 * Math.PI * a);
  return fastNormalCdf(-eta * Math.sqrt(a)) + normal * first;
}

/** (μ − log(1 + μ)) / μ² = 1/2 − μ/3 + μ²/4 − …, |μ| ≤ 0.1. */
function excessOverLog(mu: number): number {
  let sum = 0;
  for (let k = TERMS_OF_LOG + 1; k >= 2; k--) sum = 1 / k - mu * sum;
  return sum;
}
