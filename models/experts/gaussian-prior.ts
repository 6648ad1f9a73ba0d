import type { BlockUpdate, ExpertApproximation } from "../../src/core/expert.ts";
import type { Vector } from "../../src/math/matrix.ts";
import type { Rng } from "../../src/math/rng.ts";

/**
 * A weighted regression, reduced to what its conditionals need: p × p gram Σ w x x', cross products Σ w x y,
 * the total weight, and the weighted residual sum of squares at any coefficients.
 */
export interface RegressionStatistics {
  readonly gram: Vector;
  readonly cross: Vector;
  readonly weight: number;
  residualSquares(coefficients: Vector): number;
}

/** Prior of one Gaussian expert, theta = (coefficients, sd), and the updates that it allows. */
export interface GaussianPrior {
  readonly updates: readonly BlockUpdate[];
  /** Log density in the coordinates (coefficients, sd). */
  logPrior(theta: Vector): number;
  samplePrior(rng: Rng, theta: Vector): void;
  update(rng: Rng, theta: Vector, statistics: RegressionStatistics): void;
  maximize(theta: Vector, statistics: RegressionStatistics, priorWeight: number): void;
  /** A density of coefficients and sd close to their posterior; where `update` is an exact draw of both, that one. */
  approximate(statistics: RegressionStatistics): ExpertApproximation;
}
