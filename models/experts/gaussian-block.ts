import type { Observations } from "../../src/core/data.ts";
import { fastLog } from "../../src/math/exp.ts";
import { linearPredictor, weightedGram } from "../../src/math/gram.ts";
import { type Matrix, row, type Vector } from "../../src/math/matrix.ts";
import { sum } from "../../src/math/moments.ts";

const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);

/** A normal log density is constant − scale · residual². */
export const constantOf = (sd: number): number => -fastLog(sd) - HALF_LOG_2PI;
export const scaleOf = (sd: number): number => 0.5 / (sd * sd);

/** Sums of one regression with p coefficients, one after another: Gram matrix, cross products, weight and squares. */
export const sumsOf = (p: number): number => p * p + p + 2;

/** What normal regressions make of a run of neighbouring rows, step by step. */
export interface GaussianBlock {
  /** Of the rows that begin at `from`: keeps residuals at theta (K × (p + 1)), adds log densities to joint. */
  addLogDensity(from: number, theta: Matrix, joint: readonly Vector[]): void;
  /** Adds the sums of component k, its rows weighed so, to `sums`; the response is the residual. */
  add(k: number, weight: Vector, sums: Vector): void;
}

/** In plain loops. */
export function gaussianBlock({ n, y, design }: Observations, K: number): GaussianBlock {
  const { offset, X } = design;
  const p = X.columns;
  let residuals = blockOf(K, 0);
  let rows: Vector = X.data;

  return {
    addLogDensity(from, theta, joint) {
      const size = joint[0]!.length;
      const to = Math.min(n, from + size);
      if (residuals[0]!.length !== size) residuals = blockOf(K, size);
      rows = X.data.subarray(from * p, to * p);
      const response = y.subarray(from, to);
      const shift = offset?.subarray(from, to);
      for (let k = 0; k < K; k++) {
        const coefficients = row(theta, k);
        linearPredictor(rows, p, size, coefficients, residuals[k]!);
        if (shift !== undefined) add(shift, residuals[k]!);
        addNormal(response, coefficients[p]!, residuals[k]!, joint[k]!);
      }
    },

    add(k, weight, sums) {
      const gram = sums.subarray(0, p * p);
      const cross = sums.subarray(p * p, p * p + p);
      const [weightAt, squaresAt] = [p * p + p, p * p + p + 1];
      const squares = weightedGram(rows, p, undefined, weight, residuals[k]!, gram, cross);
      sums[weightAt] = sums[weightAt]! + sum(weight);
      sums[squaresAt] = sums[squaresAt]! + squares;
    },
  };
}

const blockOf = (rows: number, size: number): Vector[] =>
  Array.from({ length: rows }, () => new Float64Array(size));

function add(amounts: Vector, values: Vector): void {
  for (let i = 0; i < values.length; i++) values[i] = values[i]! + amounts[i]!;
}

/** Means become residuals, whose log densities are added to `out`. */
function addNormal(y: Vector, sd: number, mean: Vector, out: Vector): void {
  const constant = constantOf(sd);
  const halfPrecision = scaleOf(sd);
  for (let i = 0; i < out.length; i++) {
    const residual = y[i]! - mean[i]!;
    mean[i] = residual;
    out[i] = out[i]! + (constant - halfPrecision * residual * residual);
  }
}
