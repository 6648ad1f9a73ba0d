import { type Rng, uniform } from "../rng.ts";
import { exponential } from "./exponential.ts";

/**
 * One draw that leaves the unnormalised density exp(logDensity) on (lower, upper) invariant: stepping
 * out by `width`, then shrinkage. The bounds may be infinite. Throws RangeError if the log density
 * is NaN, or not finite at x0. Source: [neal2003] §4.
 */
export function sliceSample(
  rng: Rng,
  logDensity: (x: number) => number,
  x0: number,
  width: number,
  lower = Number.NEGATIVE_INFINITY,
  upper = Number.POSITIVE_INFINITY,
): number {
  const level = logDensity(x0) - exponential(rng);
  if (!Number.isFinite(level)) {
    throw new RangeError(`The log density must be finite at the start; got ${level} at ${x0}.`);
  }
  const above = (x: number): boolean => isAbove(logDensity, x, level);
  const origin = x0 - width * uniform(rng);
  let left = Math.max(lower, stepOut(above, origin, -width, lower));
  let right = Math.min(upper, stepOut(above, origin + width, width, upper));
  for (;;) {
    const x = left + (right - left) * uniform(rng);
    if (x === x0 || (x > lower && x < upper && above(x))) return x;
    if (x < x0) left = x;
    else right = x;
  }
}

function isAbove(logDensity: (x: number) => number, x: number, level: number): boolean {
  const value = logDensity(x);
  if (Number.isNaN(value))
    throw new RangeError(`The log density must be a number; got NaN at ${x}.`);
  return value > level;
}

/** Moves an end of the interval outwards until it leaves the slice or the support. */
function stepOut(
  above: (x: number) => boolean,
  start: number,
  step: number,
  bound: number,
): number {
  let end = start;
  while ((step < 0 ? end > bound : end < bound) && above(end)) end += step;
  return end;
}
