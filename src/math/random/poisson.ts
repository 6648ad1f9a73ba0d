import { fastExp, fastLog } from "../exp.ts";
import { type Rng, uniform } from "../rng.ts";
import { logGamma } from "../stdlib.ts";
import { normal } from "./normal.ts";

/** From this mean on, rejection costs less than a walk through the masses. */
const REJECTION_FROM = 10;
/** From this mean on, a rounded normal has the same distribution function to 3e-6, and log y! has no digits to spare. */
const NORMAL_FROM = 2 ** 29;

/** A draw from Poisson(mean). NaN unless mean ≥ 0. Source: [hormann1993] (algorithm PTRS) from a mean of 10 on. */
export function poisson(rng: Rng, mean: number): number {
  if (mean >= NORMAL_FROM) return Math.round(mean + Math.sqrt(mean) * normal(rng));
  if (mean >= REJECTION_FROM) return byRejection(rng, mean);
  return mean >= 0 ? byInversion(rng, mean) : Number.NaN;
}

/** Adds masses up until they exceed a uniform number. */
function byInversion(rng: Rng, mean: number): number {
  let rest = uniform(rng);
  let mass = fastExp(-mean);
  let y = 0;
  while (rest > mass && mass > 0) {
    rest -= mass;
    y++;
    mass *= mean / y;
  }
  return y;
}

/** Transformed rejection with squeeze; the constants are those of [hormann1993]. */
function byRejection(rng: Rng, mean: number): number {
  const logMean = fastLog(mean);
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const alwaysBelow = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = uniform(rng) - 0.5;
    const v = uniform(rng);
    const reach = 0.5 - Math.abs(u);
    const y = Math.floor(((2 * a) / reach + b) * u + mean + 0.43);
    if (reach >= 0.07 && v <= alwaysBelow) return y;
    if (y < 0 || (reach < 0.013 && v > reach)) continue;
    const height = fastLog((v * inverseAlpha) / (a / (reach * reach) + b));
    if (height <= y * logMean - mean - logGamma(y + 1)) return y;
  }
}
