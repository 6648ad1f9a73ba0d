import { solveLower, solveLowerTransposed } from "../../src/math/cholesky.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { log1p } from "../../src/math/log-sum-exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { gamma } from "../../src/math/random/gamma.ts";
import { normal } from "../../src/math/random/normal.ts";
import { type Rng, uniform } from "../../src/math/rng.ts";
import { logGamma } from "../../src/math/stdlib.ts";

/** How much of the proposals is t: enough that no tail of the posterior is far from all of them. */
const HEAVY = 0.1;
const DF = 5;

/**
 * A normal approximation N(mean, (R R')⁻¹) of a posterior and, around it, a mixture with a tenth of multivariate t.
 * mean and R (D × D, lower) may be rewritten between calls.
 */
export interface Reference {
  readonly dimension: number;
  /** Writes R'(point − mean), standard normal under the reference; returns its squared length. */
  whiten(point: Vector, out: Vector): number;
  /** Writes the point whose whitened form this is. */
  colour(white: Vector, out: Vector): void;
  /** Turns a gradient by the point into one by its whitened form, in place. */
  whitenGradient(gradient: Vector): void;
  /** Writes a draw from the mixture; returns its squared whitened length. */
  draw(rng: Rng, out: Vector): number;
  /** Log density of the mixture at a point of this squared whitened length. */
  logDensity(squares: number): number;
}

export function reference(mean: Vector, R: Vector): Reference {
  const D = mean.length;
  const white = new Float64Array(D);
  const constantNormal = -0.5 * D * fastLog(2 * Math.PI);
  const constantHeavy =
    logGamma(0.5 * (DF + D)) - logGamma(0.5 * DF) - 0.5 * D * fastLog(DF * Math.PI);

  function colour(from: Vector, out: Vector): void {
    if (out !== from) out.set(from);
    solveLowerTransposed(R, D, out);
    for (let j = 0; j < D; j++) out[j] = out[j]! + mean[j]!;
  }

  return {
    dimension: D,
    colour,

    whiten(point, out) {
      let squares = 0;
      for (let j = 0; j < D; j++) {
        let entry = 0;
        for (let i = j; i < D; i++) entry += R[i * D + j]! * (point[i]! - mean[i]!);
        out[j] = entry;
        squares += entry * entry;
      }
      return squares;
    },

    whitenGradient: (gradient) => solveLower(R, D, gradient),

    draw(rng, out) {
      const heavy = uniform(rng) < HEAVY;
      const scale = heavy ? Math.sqrt((0.5 * DF) / gamma(rng, 0.5 * DF)) : 1;
      let squares = 0;
      for (let j = 0; j < D; j++) {
        white[j] = scale * normal(rng);
        squares += white[j]! * white[j]!;
      }
      colour(white, out);
      return squares;
    },

    logDensity(squares) {
      let logDeterminant = 0;
      for (let j = 0; j < D; j++) logDeterminant += fastLog(R[j * (D + 1)]!);
      const a = fastLog(1 - HEAVY) + constantNormal - 0.5 * squares;
      const b = fastLog(HEAVY) + constantHeavy - 0.5 * (DF + D) * log1p(squares / DF);
      const top = Math.max(a, b);
      return logDeterminant + top + fastLog(fastExp(a - top) + fastExp(b - top));
    },
  };
}
