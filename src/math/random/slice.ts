import { integerBelow, type Rng, uniform } from "../rng.ts";
import { exponential } from "./exponential.ts";

/**
 * Most steps out, both sides together: a slice can be wider than any number of steps (far below a flat tail).
 * How they are shared out is drawn, which keeps the density invariant.
 */
const MOST_STEPS = 128;

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
  const toTheLeft = integerBelow(rng, MOST_STEPS);
  const toTheRight = MOST_STEPS - 1 - toTheLeft;
  let left = Math.max(lower, stepOut(above, origin, -width, lower, toTheLeft));
  let right = Math.min(upper, stepOut(above, origin + width, width, upper, toTheRight));
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

/** Moves an end of the interval outwards until it leaves the slice or the support, or has no steps left. */
function stepOut(
  above: (x: number) => boolean,
  start: number,
  step: number,
  bound: number,
  most: number,
): number {
  let end = start;
  for (let count = 0; count < most; count++) {
    if (!((step < 0 ? end > bound : end < bound) && above(end))) break;
    end += step;
  }
  return end;
}
