import { solveLower, solveLowerTransposed } from "../cholesky.ts";
import type { Vector } from "../matrix.ts";
import type { Rng } from "../rng.ts";
import { normal } from "./normal.ts";

/**
 * out ← a draw from N(Λ⁻¹ rhs, Λ⁻¹), where Λ = L L' is the precision: what conjugate and Pólya-Gamma
 * updates need. L: d × d, row-major, lower triangle; rhs, out: d (may be the same vector).
 * Source: [rue2001].
 */
export function normalFromPrecision(rng: Rng, L: Vector, rhs: Vector, out: Vector): void {
  const d = rhs.length;
  if (out !== rhs) out.set(rhs);
  solveLower(L, d, out);
  for (let i = 0; i < d; i++) out[i]! += normal(rng);
  solveLowerTransposed(L, d, out);
}
