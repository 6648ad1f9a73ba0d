import type { Vector } from "./matrix.ts";

/**
 * Replaces the lower triangle of `a` (d × d, row-major) by L with L L' = a; the rest is neither
 * read nor changed. False, with `a` spoilt, if `a` is not positive definite or holds a NaN.
 */
export function cholesky(a: Vector, d: number): boolean {
  for (let i = 0; i < d; i++) {
    const rowI = i * d;
    for (let j = 0; j < i; j++) {
      const rowJ = j * d;
      let sum = a[rowI + j]!;
      for (let k = 0; k < j; k++) sum -= a[rowI + k]! * a[rowJ + k]!;
      a[rowI + j] = sum / a[rowJ + j]!;
    }
    let pivot = a[rowI + i]!;
    for (let k = 0; k < i; k++) pivot -= a[rowI + k]! * a[rowI + k]!;
    if (!(pivot > 0 && pivot < Number.POSITIVE_INFINITY)) return false;
    a[rowI + i] = Math.sqrt(pivot);
  }
  return true;
}

/** b ← L⁻¹ b for lower triangular L (d × d, row-major). */
export function solveLower(L: Vector, d: number, b: Vector): void {
  for (let i = 0; i < d; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= L[i * d + k]! * b[k]!;
    b[i] = sum / L[i * d + i]!;
  }
}

/** b ← L⁻ᵀ b for lower triangular L (d × d, row-major). */
export function solveLowerTransposed(L: Vector, d: number, b: Vector): void {
  for (let i = d - 1; i >= 0; i--) {
    const value = b[i]! / L[i * d + i]!;
    b[i] = value;
    for (let k = 0; k < i; k++) b[k]! -= L[i * d + k]! * value;
  }
}

/** b ← (L L')⁻¹ b. */
export function solveCholesky(L: Vector, d: number, b: Vector): void {
  solveLower(L, d, b);
  solveLowerTransposed(L, d, b);
}
