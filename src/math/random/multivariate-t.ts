import { logDeterminantFromCholesky, solveLowerTransposed } from "../cholesky.ts";
import type { Vector } from "../matrix.ts";
import type { Rng } from "../rng.ts";
import { logGamma } from "../stdlib.ts";
import { gamma } from "./gamma.ts";
import { normal } from "./normal.ts";

/**
 * out ← a draw from the multivariate Student-t with `df` degrees of freedom around `mode`, whose
 * precision parameter (inverse scale matrix) is L L'. L: d × d, row-major; mode, out: d, distinct.
 */
export function studentFromPrecision(
  rng: Rng,
  L: Vector,
  mode: Vector,
  df: number,
  out: Vector,
): void {
  const d = mode.length;
  for (let i = 0; i < d; i++) out[i] = normal(rng);
  solveLowerTransposed(L, d, out);
  const scale = Math.sqrt(df / (2 * gamma(rng, 0.5 * df)));
  for (let i = 0; i < d; i++) out[i] = mode[i]! + scale * out[i]!;
}

/** Log density at x of what `studentFromPrecision` draws, with its constant. */
export function studentLogDensity(x: Vector, L: Vector, mode: Vector, df: number): number {
  const d = mode.length;
  let distance = 0; // |L' (x − mode)|²
  for (let j = 0; j < d; j++) {
    let entry = 0;
    for (let i = j; i < d; i++) entry += L[i * d + j]! * (x[i]! - mode[i]!);
    distance += entry * entry;
  }
  const constant = logGamma(0.5 * (df + d)) - logGamma(0.5 * df) - 0.5 * d * Math.log(df * Math.PI);
  const kernel = -0.5 * (df + d) * Math.log1p(distance / df);
  return constant + 0.5 * logDeterminantFromCholesky(L, d) + kernel;
}
