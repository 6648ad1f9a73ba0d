import { fastExp, fastLog } from "./exp.ts";
import type { Vector } from "./matrix.ts";

/**
 * log Σ exp(x[start + i · stride]), i < length, without overflow.
 * −Infinity if length is 0 or all are −Infinity; NaN if one is NaN.
 */
export function logSumExp(x: Vector, start = 0, length = x.length, stride = 1): number {
  const end = start + length * stride;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = start; i < end; i += stride) if (x[i]! > max) max = x[i]!;
  if (!Number.isFinite(max)) return extreme(x, start, end, stride);
  let sum = 0;
  for (let i = start; i < end; i += stride) sum += fastExp(x[i]! - max);
  return max + fastLog(sum);
}

/** The maximum, or NaN if one is NaN: the sum itself where no term is finite. */
function extreme(x: Vector, start: number, end: number, stride: number): number {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = start; i < end; i += stride) max = Math.max(max, x[i]!);
  return max;
}

/** 1 / (1 + e^−x), without overflow; relative accuracy also where it is tiny. */
export function logistic(x: number): number {
  const e = fastExp(-Math.abs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

/**
 * log(1 + x), x ≥ 0, to full relative accuracy also where x is tiny, and the same bits on every engine; the quotient
 * undoes the rounding of 1 + x. Source: [goldberg1991] Theorem 4.
 */
export function log1p(x: number): number {
  const rounded = 1 + x;
  if (rounded === 1) return x;
  const log = fastLog(rounded);
  return x < Number.POSITIVE_INFINITY ? log * (x / (rounded - 1)) : log;
}
