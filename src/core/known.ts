import type { Vector } from "../math/matrix.ts";
import type { Rng } from "../math/rng.ts";

/**
 * A density of the response given the covariates without any free parameter, at the rows of a target; like an expert's,
 * its numbers follow the target's response.
 */
export interface Known {
  /** As it was declared, in words. */
  readonly words: string;
  /** out[i] = log g(y[i] | x[i]). */
  logDensity(out: Vector): void;
  /** out[i] = E(y | x[i]); NaN where there is none. */
  mean(out: Vector): void;
  /** out[i] = Var(y | x[i]); ∞ or NaN where there is none. */
  variance(out: Vector): void;
  /** out[i] = P(y ≤ y[i] | x[i]). */
  cumulative(out: Vector): void;
  /** y[i] for each i in rows. */
  simulate(rng: Rng, rows: Int32Array, y: Vector): void;
}
