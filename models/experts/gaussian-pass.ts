import type { Observations } from "../../src/core/data.ts";
import type { ExpertPass } from "../../src/core/row-pass.ts";
import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import { fastLog } from "../../src/math/exp.ts";
import { linearPredictor, weightedGram } from "../../src/math/gram.ts";
import { row, type Vector } from "../../src/math/matrix.ts";

const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);
/** Less of the residual squares cannot be told from rounding errors; the next pass sees what is left. */
const LEAST_SHARE = 1e-10;

/**
 * Sums of K weighted regressions in one pass. The response of each is the residual at the theta of the pass, so that
 * residual squares after the step are a difference in which little cancels.
 */
export function gaussianPass({ n, y, design }: Observations, components: number): ExpertPass {
  const { offset, X } = design;
  const p = X.columns;
  const stride = sumsOf(p);
  const sums = new Float64Array(components * stride);
  const each = Array.from({ length: components }, (_, k) =>
    regression(p, sums.subarray(k * stride, (k + 1) * stride)),
  );
  let residuals = blockOf(components, 0);
  let rows: Vector = X.data;

  return {
    sums,

    begin(theta) {
      sums.fill(0);
      each.forEach((of, k) => {
        of.begin(row(theta, k));
      });
    },

    addLogDensity(from, joint) {
      const size = joint[0]!.length;
      const to = Math.min(n, from + size);
      if (residuals[0]!.length !== size) residuals = blockOf(components, size);
      rows = X.data.subarray(from * p, to * p);
      const response = y.subarray(from, to);
      const shift = offset?.subarray(from, to);
      for (let k = 0; k < components; k++) {
        const { coefficients, sd } = each[k]!.at();
        linearPredictor(rows, p, size, coefficients, residuals[k]!);
        if (shift !== undefined) add(shift, residuals[k]!);
        addNormal(response, sd, residuals[k]!, joint[k]!);
      }
    },

    add(responsibility) {
      for (let k = 0; k < components; k++) each[k]!.add(rows, residuals[k]!, responsibility[k]!);
    },

    weight: (k) => each[k]!.weight(),
    gradientNorm: () => Math.max(...each.map((of) => of.gradientNorm())),
    maximize: (theta) => each.every((of, k) => of.maximize(row(theta, k))),
  };
}

const blockOf = (rows: number, size: number): Vector[] =>
  Array.from({ length: rows }, () => new Float64Array(size));

/** How many sums a regression with p coefficients has: Gram matrix, cross products, weight and squares. */
const sumsOf = (p: number): number => p * p + p + 2;

/** One regression with p coefficients. */
function regression(p: number, sums: Vector) {
  const gram = sums.subarray(0, p * p);
  const cross = sums.subarray(p * p, p * p + p);
  const [weightAt, squaresAt] = [p * p + p, p * p + p + 1];
  const step = new Float64Array(p);
  let theta: Vector = step;
  const weight = (): number => sums[weightAt]!;
  const squares = (): number => sums[squaresAt]!;
  return {
    begin(at: Vector): void {
      theta = at;
    },
    at: () => ({ coefficients: theta, sd: theta[p]! }),
    add(rows: Vector, residual: Vector, weights: Vector): void {
      sums[weightAt] = weight() + sum(weights);
      const more = weightedGram(rows, p, undefined, weights, residual, gram, cross);
      sums[squaresAt] = squares() + more;
    },
    weight,
    gradientNorm(): number {
      const precision = 1 / theta[p]! ** 2;
      let most = Math.abs(precision * squares() - weight());
      for (let j = 0; j < p; j++) most = Math.max(most, Math.abs(precision * cross[j]!));
      return most;
    },
    maximize(to: Vector): boolean {
      if (!cholesky(gram, p)) return false;
      step.set(cross);
      solveCholesky(gram, p, step);
      let left = squares();
      for (let j = 0; j < p; j++) {
        left -= step[j]! * cross[j]!;
        to[j] = to[j]! + step[j]!;
      }
      to[p] = Math.sqrt(Math.max(left, LEAST_SHARE * squares()) / weight());
      return true;
    },
  };
}

function add(amounts: Vector, values: Vector): void {
  for (let i = 0; i < values.length; i++) values[i] = values[i]! + amounts[i]!;
}

/** Means become residuals, whose log densities are added to `out`. */
function addNormal(y: Vector, sd: number, mean: Vector, out: Vector): void {
  const constant = -fastLog(sd) - HALF_LOG_2PI;
  const halfPrecision = 0.5 / (sd * sd);
  for (let i = 0; i < out.length; i++) {
    const residual = y[i]! - mean[i]!;
    mean[i] = residual;
    out[i] = out[i]! + (constant - halfPrecision * residual * residual);
  }
}

function sum(values: Vector): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}
