import type { Vector } from "./matrix.ts";

/** Least part of a diagonal entry that is not rounding. */
const NOTHING = 1e-10;

/**
 * Writes into L (d × d, row-major; zeros above the diagonal) a lower triangular matrix with L L' = a for a positive
 * semi-definite `a`: columns whose pivot is rounding are 0, and so are those of a NaN on the diagonal. `L` must not be `a`.
 */
export function semiCholesky(a: Vector, d: number, L: Vector): void {
  L.fill(0);
  for (let j = 0; j < d; j++) {
    let pivot = a[j * d + j]!;
    for (let k = 0; k < j; k++) pivot -= L[j * d + k]! * L[j * d + k]!;
    if (!(pivot > NOTHING * a[j * d + j]!)) continue;
    const root = Math.sqrt(pivot);
    L[j * d + j] = root;
    for (let i = j + 1; i < d; i++) {
      let sum = a[i * d + j]!;
      for (let k = 0; k < j; k++) sum -= L[i * d + k]! * L[j * d + k]!;
      L[i * d + j] = Number.isNaN(sum) ? 0 : sum / root;
    }
  }
}
