import { logShareDensity, ratioOf } from "../src/core/share-density.ts";
import { fastExp, fastLog } from "../src/math/exp.ts";
import type { Vector } from "../src/math/matrix.ts";
import { gaussLegendre } from "../src/math/quadrature.ts";
import { logGamma } from "../src/math/stdlib.ts";
import { mcseMean } from "./mcse.ts";
import { paretoKhat } from "./pareto-khat.ts";

/** The known density alone against the deviated mixture. */
export interface DeviationEvidence {
  /** log p(y | λ = 0) − log p(y): above 0 the data speak for the known density. */
  readonly logBayesFactor: number;
  /** Monte Carlo standard error of the former. */
  readonly mcse: number;
  /** Shape of the tail of what is averaged; above 0.7 a few draws decide. */
  readonly paretoK: number;
}

const RULE = gaussLegendre(48);
/** The integrand is left out where it is below exp(−DROP) of its largest value. */
const DROP = 40;

/**
 * The Bayes factor of λ = 0 by the ratio of densities at that point, averaged over draws with λ integrated out of each:
 * E(1 / ∫ p(λ) Π_i (1 − λ + λ m_i / g_i) dλ), m_i the density of the mixture and g_i the known one. Every term is
 * bounded, as the integral is at least ∫ p(λ) (1 − λ)ⁿ dλ. logRatios: a chain each, a draw each, log m_i − log g_i by row.
 * Source: [dickey1971].
 */
export function deviationEvidence(
  logRatios: readonly (readonly Vector[])[],
  { a, b }: { readonly a: number; readonly b: number },
): DeviationEvidence {
  const logs = logRatios.map((chain) =>
    Float64Array.from(chain, (ratios) => -logIntegratedShare(ratios, a, b)),
  );
  const most = logs.reduce(
    (max, chain) => chain.reduce((m, log) => Math.max(m, log), max),
    -Infinity,
  );
  const scaled = logs.map((chain) => chain.map((log) => fastExp(log - most)));
  const count = scaled.reduce((sum, chain) => sum + chain.length, 0);
  const mean = scaled.reduce((sum, chain) => sum + chain.reduce((x, y) => x + y, 0), 0) / count;
  return {
    logBayesFactor: most + fastLog(mean),
    mcse: mcseMean.compute(scaled) / mean,
    paretoK: paretoKhat.compute(scaled),
  };
}

/**
 * log ∫ Beta(λ; a, b) Π_i (1 − λ + λ exp(logRatios[i])) dλ, in t = logit λ, where the integrand has one peak for
 * a, b ≥ 1: by Gauss–Legendre between the points where it has fallen to nothing.
 */
export function logIntegratedShare(logRatios: Vector, a: number, b: number): number {
  const ratios = logRatios.map(ratioOf);
  const at = (t: number): number => logShareDensity(ratios, a, b, t);
  const peak = peakOf(at);
  const height = at(peak);
  const low = whereGone(at, peak, height, -1);
  const high = whereGone(at, peak, height, 1);
  const total = integrate(at, low, peak, height) + integrate(at, peak, high, height);
  return height + fastLog(total) - logBeta(a, b);
}

function integrate(at: (t: number) => number, from: number, to: number, height: number): number {
  const centre = (from + to) / 2;
  const half = (to - from) / 2;
  let total = 0;
  RULE.nodes.forEach((node, j) => {
    total += RULE.weights[j]! * fastExp(at(centre + half * node) - height);
  });
  return total * half;
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** Shares beyond these log odds are those of one row in 10¹⁵. */
const FARTHEST = 35;

/** The highest point, by golden section. */
function peakOf(at: (t: number) => number): number {
  let [low, high] = [-FARTHEST, FARTHEST];
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [atLeft, atRight] = [at(left), at(right)];
  while (high - low > 1e-3) {
    if (atLeft > atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = at(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = at(right);
    }
  }
  return (low + high) / 2;
}

/** Where, in one direction from the peak, the integrand is below exp(−DROP) of its height; within a tenth of the way. */
function whereGone(
  at: (t: number) => number,
  peak: number,
  height: number,
  direction: 1 | -1,
): number {
  let near = 0;
  let far = 0.01;
  while (at(peak + direction * far) > height - DROP) far *= 2;
  while (far - near > 0.1 * far) {
    const middle = (near + far) / 2;
    if (at(peak + direction * middle) > height - DROP) near = middle;
    else far = middle;
  }
  return peak + direction * far;
}

const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);
