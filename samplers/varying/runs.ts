import type { Vector } from "../../src/math/matrix.ts";

/** The longest run of rows that are worked on together: few enough to stay in a processor's cache. */
export const CHUNK = 256;

/** Of the first values, after `before`. */
export function sumOf(values: Vector, count: number, before = 0): number {
  let sum = before;
  for (let m = 0; m < count; m++) sum += values[m]!;
  return sum;
}
