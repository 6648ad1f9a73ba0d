import { solveLowerTransposed } from "../cholesky.ts";
import { fastLog } from "../exp.ts";
import { log1p } from "../log-sum-exp.ts";
import type { Vector } from "../matrix.ts";
import type { Rng } from "../rng.ts";
import { logGamma } from "../stdlib.ts";
import { gamma } from "./gamma.ts";
import { normal } from "./normal.ts";

/** A multivariate t around a mode, its scale matrix given by the Cholesky factor L of its inverse: scale⁻¹ = L L'. */
export interface MultivariateT {
  /** Writes a draw and returns its log density. */
  draw(rng: Rng, mode: Vector, L: Vector, out: Vector): number;
  logDensity(mode: Vector, L: Vector, x: Vector): number;
}

/** The multivariate t in d dimensions with `df` degrees of freedom. */
export function multivariateT(d: number, df: number): MultivariateT {
  const noise = new Float64Array(d);
  const constant = logGamma(0.5 * (df + d)) - logGamma(0.5 * df) - 0.5 * d * fastLog(df * Math.PI);

  function density(L: Vector, squaredDistance: number): number {
    let logDeterminant = 0;
    for (let j = 0; j < d; j++) logDeterminant += fastLog(L[j * d + j]!);
    return constant + logDeterminant - 0.5 * (df + d) * log1p(squaredDistance / df);
  }

  return {
    draw(rng, mode, L, out) {
      const spread = Math.sqrt((0.5 * df) / gamma(rng, 0.5 * df));
      let squares = 0;
      for (let j = 0; j < d; j++) {
        noise[j] = spread * normal(rng);
        squares += noise[j]! ** 2;
      }
      solveLowerTransposed(L, d, noise);
      for (let j = 0; j < d; j++) out[j] = mode[j]! + noise[j]!;
      return density(L, squares);
    },

    logDensity(mode, L, x) {
      let squares = 0;
      for (let j = 0; j < d; j++) {
        let entry = 0;
        for (let i = j; i < d; i++) entry += L[i * d + j]! * (x[i]! - mode[i]!);
        squares += entry * entry;
      }
      return density(L, squares);
    },
  };
}
