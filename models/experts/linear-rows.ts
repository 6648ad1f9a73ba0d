import type { Members, Observations } from "../../src/core/data.ts";
import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import { weightedGram } from "../../src/math/gram.ts";
import type { Vector } from "../../src/math/matrix.ts";

/** Middles and precisions of the coefficients' priors. */
export interface LinearPriors {
  readonly mean: Vector;
  readonly precision: Vector;
}

/** The rows of the members fixed last as functions of the coefficients; values stand member by member. */
export interface LinearRows {
  readonly rows: Int32Array;
  readonly weight: Vector;
  load(members: Members): void;
  /** out[m] = x'coef + offset. */
  predict(coef: Vector, out: Vector): void;
  /** out[m] = the same without the part of coefficient j. */
  predictWithout(coef: Vector, j: number, out: Vector): void;
  /** Ridge regression of response[i] with weights[m]; false, with nothing written, where it has no one answer. */
  leastSquares(weights: Vector, response: Vector, priorWeight: number, coef: Vector): boolean;
  /** Adds Σ slope[m] x to the first p entries. */
  addScore(slope: Vector, gradient: Vector): void;
  /** Writes Σ bend[m] x x' to the first p rows and columns of a d × d matrix. */
  writeCurvature(bend: Vector, d: number, curvature: Vector): void;
}

/** The rows of a design. */
export function linearRows({ design }: Observations, priors: LinearPriors): LinearRows {
  const { X, offset } = design;
  const p = X.columns;
  const gram = new Float64Array(p * p);
  const sums = new Float64Array(p);
  const loaded = { rows: new Int32Array(0), weight: new Float64Array(0) };

  function predictWithout(coef: Vector, left: number, out: Vector): void {
    const { rows } = loaded;
    for (let m = 0; m < rows.length; m++) {
      const i = rows[m]!;
      let sum = offset === undefined ? 0 : offset[i]!;
      for (let j = 0, at = i * p; j < p; j++) if (j !== left) sum += X.data[at + j]! * coef[j]!;
      out[m] = sum;
    }
  }

  return Object.assign(loaded, {
    load: ({ rows, weight }: Members) => void Object.assign(loaded, { rows, weight }),
    predict: (coef: Vector, out: Vector) => predictWithout(coef, -1, out),
    predictWithout,

    leastSquares(weights: Vector, response: Vector, priorWeight: number, coef: Vector): boolean {
      gram.fill(0);
      sums.fill(0);
      weightedGram(X.data, p, loaded.rows, weights, response, gram, sums);
      for (let j = 0; j < p; j++) {
        const precision = priorWeight * priors.precision[j]!;
        gram[j * (p + 1)] = gram[j * (p + 1)]! + precision;
        sums[j] = sums[j]! + precision * priors.mean[j]!;
      }
      if (!cholesky(gram, p)) return false;
      solveCholesky(gram, p, sums);
      for (let j = 0; j < p; j++) coef[j] = sums[j]!;
      return true;
    },

    addScore(slope: Vector, gradient: Vector): void {
      const { rows } = loaded;
      for (let m = 0; m < rows.length; m++) {
        const own = slope[m]!;
        for (let j = 0, at = rows[m]! * p; j < p; j++) {
          gradient[j] = gradient[j]! + own * X.data[at + j]!;
        }
      }
    },

    writeCurvature(bend: Vector, d: number, curvature: Vector): void {
      gram.fill(0);
      weightedGram(X.data, p, loaded.rows, bend, undefined, gram, sums);
      for (let j = 0; j < p; j++) {
        for (let k = 0; k < p; k++) curvature[j * d + k] = gram[j * p + k]!;
      }
    },
  });
}
