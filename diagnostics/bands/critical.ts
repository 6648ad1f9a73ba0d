import { UsageError } from "../../src/core/errors.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { normalCdf } from "../../src/math/stdlib.ts";

const HALVINGS = 60;
const LARGEST = 40;

/**
 * The critical value of a curve whose normalised influences run a path of length kappa on the sphere: where
 * 2 Φ(−c) + κ/π exp(−c²/2) is 1 − level. Never below the truth. Sources: [sun1994], [naiman1986].
 */
export function tubeCritical(level: number, kappa: number): number {
  const missed = (c: number): number =>
    2 * normalCdf(-c) + (kappa / Math.PI) * fastExp(-0.5 * c * c);
  let [low, high] = [0, LARGEST];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (missed(middle) > 1 - level) low = middle;
    else high = middle;
  }
  return high;
}

/** ∫K'² / (4π ∫K²) of the Epanechnikov kernel. */
const EPANECHNIKOV = 5 / (8 * Math.PI);

/**
 * The critical value of the R package VCMoE 0.1.0: the limit law of the largest deviation, with its term in
 * log log 1/h. Bandwidth as a share of the range, below 1. Too small at 90 %. Source: [zhao2026].
 */
export function gumbelCritical(level: number, bandwidth: number): number {
  if (!(bandwidth > 0 && bandwidth < 1)) {
    throw new UsageError(
      `critical values of kind "gumbel" must have a bandwidth below 1; got ${bandwidth}; take kind "tube"`,
    );
  }
  const root = Math.sqrt(-2 * fastLog(bandwidth));
  const centre = root + (fastLog(EPANECHNIKOV) - 0.5 * fastLog(-fastLog(bandwidth))) / root;
  return centre + (fastLog(2) - fastLog(-fastLog(level))) / root;
}
