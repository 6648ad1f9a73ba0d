/** Sample moments, computed in two passes so that equal values have variance exactly 0. */
import type { Vector } from "./matrix.ts";

/** Arithmetic mean, corrected by the mean of the residuals. NaN if x is empty or holds a NaN. */
export function mean(x: Vector): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i]!;
  const first = total / x.length;
  if (!Number.isFinite(first)) return first;
  let residual = 0;
  for (let i = 0; i < x.length; i++) residual += x[i]! - first;
  return first + residual / x.length;
}

/** Mean of (x − centre)^power. */
export function centralMoment(x: Vector, power: number, centre = mean(x)): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += (x[i]! - centre) ** power;
  return total / x.length;
}

/** Unbiased variance (divisor n − 1). NaN for fewer than two values. */
export function variance(x: Vector): number {
  return (centralMoment(x, 2) * x.length) / (x.length - 1);
}

/** Square root of the unbiased variance. */
export const standardDeviation = (x: Vector): number => Math.sqrt(variance(x));

/** Sum of the values. */
export function sum(x: Vector): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i]!;
  return total;
}
