import type { Members, Observations } from "../../src/core/data.ts";
import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import { fastLog } from "../../src/math/exp.ts";
import { weightedGram } from "../../src/math/gram.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { newton } from "../../src/math/newton.ts";
import type { PoissonLikelihood } from "./poisson-likelihood.ts";

/** Added to a count before its logarithm is taken for a first guess. */
const HALF = 0.5;

/** Independent normal densities on the coefficients, raised to a power. */
export interface Ridge {
  readonly mean: Vector;
  readonly precision: Vector;
  readonly weight: number;
}

/** A weighted Poisson regression with log link plus a ridge: concave in its coefficients. */
export interface PoissonRegression {
  /** Lower Cholesky factor of the negative Hessian where `climb` took its last step. */
  readonly factor: Vector;
  /** Fixes what is climbed. */
  load(members: Members, ridge: Ridge): void;
  /**
   * Writes the maximum, by Newton's method from weighted least squares of log y: a function of what was loaded alone.
   * False, with the point unchanged, where the design leaves it open.
   */
  climb(point: Vector, tolerance: number): boolean;
}

/** The regression whose likelihood is given. */
export function poissonRegression(
  { n, y, design: { X, offset } }: Observations,
  likelihood: PoissonLikelihood,
): PoissonRegression {
  const p = X.columns;
  const factor = new Float64Array(p * p);
  const gradient = new Float64Array(p);
  const sums = new Float64Array(p);
  const response = new Float64Array(n);
  let ridge: Ridge = { mean: sums, precision: sums, weight: 0 };

  /** Leaves in `factor` and `sums` the weighted moments of the design, each member weighing likelihood.rate. */
  function gather(values: Vector): void {
    factor.fill(0);
    sums.fill(0);
    weightedGram(X.data, p, likelihood.rows, likelihood.rate, values, factor, sums);
    for (let j = 0; j < p; j++) {
      factor[j * p + j] = factor[j * p + j]! + ridge.weight * ridge.precision[j]!;
    }
  }

  function evaluate(point: Vector): number {
    let squares = 0;
    for (let j = 0; j < p; j++) squares += ridge.precision[j]! * (point[j]! - ridge.mean[j]!) ** 2;
    return likelihood.kernel(point) - 0.5 * ridge.weight * squares;
  }

  function newtonStep(point: Vector, step: Vector): number {
    gather(response.fill(1));
    for (let j = 0; j < p; j++) {
      const pull = ridge.weight * ridge.precision[j]! * (ridge.mean[j]! - point[j]!);
      gradient[j] = likelihood.score[j]! - sums[j]! + pull;
    }
    if (!cholesky(factor, p)) return Number.NaN;
    step.set(gradient);
    solveCholesky(factor, p, step);
    return gradient.reduce((total, g, j) => total + g * step[j]!, 0);
  }

  /** Weighted least squares of log y, whose errors have variances of about 1 / y; false where it has no one answer. */
  function guess(out: Vector): boolean {
    const { rows, weight, rate } = likelihood;
    for (let m = 0; m < rows.length; m++) {
      const i = rows[m]!;
      rate[m] = weight[m]! * (y[i]! + HALF);
      response[i] = fastLog(y[i]! + HALF) - (offset === undefined ? 0 : offset[i]!);
    }
    gather(response);
    for (let j = 0; j < p; j++) {
      sums[j] = sums[j]! + ridge.weight * ridge.precision[j]! * ridge.mean[j]!;
    }
    if (!cholesky(factor, p)) return false;
    solveCholesky(factor, p, sums);
    out.set(sums);
    return true;
  }

  const search = newton({ dimension: p, evaluate, newtonStep });

  return {
    factor,
    load(members, given) {
      likelihood.load(members);
      ridge = given;
    },
    climb(point, tolerance) {
      if (!guess(point)) return false;
      search(point, tolerance);
      return true;
    },
  };
}
