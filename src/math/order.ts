/** Order statistics: sorting, quantiles, ranks. */
import type { Vector } from "./matrix.ts";
import { ascendingOrder } from "./radix-order.ts";

/** An ascending copy; NaN last. */
export const sorted = (x: Vector): Vector => x.slice().sort();

/**
 * The p-quantile of ascending values by linear interpolation of the order statistics (R's type 7).
 * 0 ≤ p ≤ 1. NaN if there are no values or one is NaN. Source: [hyndman1996], definition 7.
 */
export function quantileSorted(ascending: Vector, p: number): number {
  const last = ascending.length - 1;
  if (last < 0 || Number.isNaN(ascending[last]!)) return NaN;
  const position = last * p;
  const below = Math.floor(position);
  const low = ascending[below]!;
  const high = ascending[Math.ceil(position)]!;
  // Equal neighbours are returned as they are: infinities must not become NaN.
  if (low === high) return low;
  const weight = position - below;
  return (1 - weight) * low + weight * high;
}

/** The p-quantile of values in any order (R's type 7). */
export const quantile = (x: Vector, p: number): number => quantileSorted(sorted(x), p);

/** The middle of ascending values; the mean of the two middle ones if their number is even. */
export function medianSorted(ascending: Vector): number {
  const n = ascending.length;
  if (n === 0 || Number.isNaN(ascending[n - 1]!)) return NaN;
  const half = n >> 1;
  if (n % 2 === 1) return ascending[half]!;
  return (ascending[half - 1]! + ascending[half]!) / 2;
}

/** The median of values in any order. NaN if there are none or one is NaN. */
export const median = (x: Vector): number => medianSorted(sorted(x));

/** 1 / Φ⁻¹(3/4) to R's four decimals: makes the mad of normal values estimate their sd. */
const MAD_TO_SD = 1.4826;

/** Median absolute deviation from the median, on the scale of an sd. */
export function mad(x: Vector, centre = median(x)): number {
  return MAD_TO_SD * median(x.map((value) => Math.abs(value - centre)));
}

/** Whether a value is NaN, so that ranks have no meaning. */
export function hasNaN(x: Vector): boolean {
  for (let i = 0; i < x.length; i++) {
    if (Number.isNaN(x[i]!)) return true;
  }
  return false;
}

/**
 * For each value its rank among all, 1 to n; equal values share the mean of their ranks. No NaN.
 */
export function averageRanks(x: Vector): Vector {
  const order = ascendingOrder(x);
  const out = new Float64Array(x.length);
  for (let first = 0; first < x.length; ) {
    const value = x[order[first]!]!;
    let end = first + 1;
    while (end < x.length && x[order[end]!] === value) end++;
    for (let i = first; i < end; i++) out[order[i]!] = (first + 1 + end) / 2;
    first = end;
  }
  return out;
}
