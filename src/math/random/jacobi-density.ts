/**
 * The density of J*(1, h), up to the factor cosh h: a leading term that is larger, times an alternating series.
 * x > 0; of two forms that serve for all x each is used where its series is nearly 1. Source: [devroye2009], [polson2013] §4.
 */
import { fastExp } from "../exp.ts";

/** Where the forms change. */
export const TRUNCATION = 0.64;
export const PI_SQUARED = Math.PI * Math.PI;

/** The density, for tables: about ten times dearer than to compare a number with it. */
export function jacobiDensity(h: number, x: number): number {
  return leading(h, x) * series(argument(x));
}

/** Whether u is below the density. */
export function isBelowJacobi(u: number, h: number, x: number): boolean {
  const top = leading(h, x);
  // The series is at least 1 − 3 exp(−4 / TRUNCATION) > 0.994, and at most 1.
  if (u < 0.994 * top) return true;
  return u < top && isBelowSeries(u / top, argument(x));
}

/** Whether u is below the series. */
export function isBelowSeriesAt(u: number, x: number): boolean {
  return u < 0.994 || isBelowSeries(u, argument(x));
}

function leading(h: number, x: number): number {
  const tilt = 0.5 * h * h * x;
  if (x > 0.64) return 0.5 * Math.PI * fastExp(((-Math.PI * Math.PI) / 8) * x - tilt);
  const inverse = 1 / x;
  return fastExp(-0.5 * inverse - tilt) * Math.sqrt((2 / Math.PI) * inverse * inverse * inverse);
}

function argument(x: number): number {
  return x > TRUNCATION ? PI_SQUARED * x : 4 / x;
}

/** Σ_n (−1)^n (2n + 1) exp(−n (n + 1) c / 2). */
function series(c: number): number {
  let sum = 1;
  for (let n = 1; ; n++) {
    const term = (2 * n + 1) * fastExp(-0.5 * n * (n + 1) * c);
    if (term < 1e-20) return sum;
    sum += n % 2 === 1 ? -term : term;
  }
}

/** Whether u is below that sum: partial sums bound it from above and below in turn. */
function isBelowSeries(u: number, c: number): boolean {
  let sum = 1;
  for (let n = 1; ; n++) {
    const term = (2 * n + 1) * fastExp(-0.5 * n * (n + 1) * c);
    if (n % 2 === 1) {
      sum -= term;
      if (u <= sum) return true;
    } else {
      sum += term;
      if (u > sum) return false;
    }
    if (term === 0) return u <= sum;
  }
}
