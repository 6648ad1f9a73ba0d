import { solveLowerTransposed } from "../cholesky.ts";
import { fastLog } from "../exp.ts";
import { log1p } from "../log-sum-exp.ts";
import type { Vector } from "../matrix.ts";
import type { Rng } from "../rng.ts";
import { logGamma } from "../stdlib.ts";
import { gamma } from "./gamma.ts";
import { normal } from "./normal.ts";

/** A density around a mode that falls with the distance alone, measured by the Cholesky factor L of a scale matrix's inverse: scale⁻¹ = L L'. */
export interface Elliptical {
  /** Writes a draw and returns its log density. */
  draw(rng: Rng, mode: Vector, L: Vector, out: Vector): number;
  logDensity(mode: Vector, L: Vector, x: Vector): number;
}

/** What tells one elliptical density from another. */
interface Shape {
  /** Draws what the normal noise is multiplied by. */
  spread(rng: Rng): number;
  /** Log density at this squared distance from the mode, given log |L|. */
  logDensity(logDeterminant: number, squaredDistance: number): number;
}

/** The multivariate t in d dimensions with `df` degrees of freedom. */
export function multivariateT(d: number, df: number): Elliptical {
  const constant = logGamma(0.5 * (df + d)) - logGamma(0.5 * df) - 0.5 * d * fastLog(df * Math.PI);
  return elliptical(d, {
    spread: (rng) => Math.sqrt((0.5 * df) / gamma(rng, 0.5 * df)),
    logDensity: (logDeterminant, squaredDistance) =>
      constant + logDeterminant - 0.5 * (df + d) * log1p(squaredDistance / df),
  });
}

/** The multivariate normal in d dimensions. */
export function multivariateNormal(d: number): Elliptical {
  const constant = d * (0.5 * fastLog(2 * Math.PI));
  return elliptical(d, {
    spread: () => 1,
    logDensity: (logDeterminant, squaredDistance) =>
      logDeterminant - 0.5 * squaredDistance - constant,
  });
}

function elliptical(d: number, { spread, logDensity }: Shape): Elliptical {
  const noise = new Float64Array(d);

  function density(L: Vector, squaredDistance: number): number {
    let logDeterminant = 0;
    for (let j = 0; j < d; j++) logDeterminant += fastLog(L[j * d + j]!);
    return logDensity(logDeterminant, squaredDistance);
  }

  return {
    draw(rng, mode, L, out) {
      const factor = spread(rng);
      let squares = 0;
      for (let j = 0; j < d; j++) {
        noise[j] = factor * normal(rng);
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
