import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import { fastLog } from "../../src/math/exp.ts";
import { copy, type Matrix, type Vector } from "../../src/math/matrix.ts";
import { newton } from "../../src/math/newton.ts";
import { softmaxLikelihood } from "./softmax-derivatives.ts";

const CONVERGED = 1e-9;
/** Relative to the diagonal: keeps the Hessian positive definite where a symmetric softmax is flat, at any scale. */
export const RIDGE = 1e-8;
/** The same for a component that has no weight at all. */
export const LEAST_RIDGE = 1e-300;

/** What the maximum needs: the design, how many rows of gamma are free, and the weighted normal prior. */
export interface GateObjective {
  readonly W: Vector;
  readonly q: number;
  readonly fixedRows: 0 | 1;
  /** One a free coefficient. */
  readonly priorMean: Vector;
  /** Prior weight over prior variance, one a free coefficient. */
  readonly priorPrecision: Vector;
}

/**
 * Weighted multinomial logistic regression: the maximum over gamma of Σ r_ki log π_k(x_i) plus the weighted log prior,
 * by damped Newton on all free rows together; gamma in place. responsibility: K × n. The last step is one that promises
 * less than tolerance / 2. Source: [bohning1992] for the Hessian, Σ (diag π − π π') ⊗ w w'.
 */
export function maximizeGate(
  { W, q, fixedRows, priorMean, priorPrecision }: GateObjective,
  gamma: Matrix,
  responsibility: Matrix,
  tolerance = CONVERGED,
): void {
  const free = gamma.rows - fixedRows;
  const dimension = free * q;
  if (dimension === 0) return;
  const likelihood = softmaxLikelihood(W, q, responsibility, free);
  const hessian = new Float64Array(dimension * dimension);
  const gradient = new Float64Array(dimension);
  const trial = copy(gamma);
  const looked = trial.data.subarray(0, dimension);
  let value = Number.NaN;

  /** Value and derivatives at a point, unless it is the one that was looked at last. */
  function evaluate(point: Vector): number {
    if (!Number.isNaN(value) && equal(point, looked)) return value;
    looked.set(point);
    hessian.fill(0);
    value = 0;
    for (let j = 0; j < dimension; j++) {
      const off = point[j]! - priorMean[j]!;
      gradient[j] = -priorPrecision[j]! * off;
      hessian[j * (dimension + 1)] = priorPrecision[j]!;
      value -= 0.5 * priorPrecision[j]! * off ** 2;
    }
    value += likelihood.evaluate(trial, gradient, hessian);
    return value;
  }

  const climb = newton({
    dimension,
    evaluate,
    newtonStep(point, step) {
      evaluate(point);
      for (let at = 0; at < hessian.length; at += dimension + 1) {
        hessian[at] = hessian[at]! * (1 + RIDGE) + LEAST_RIDGE;
      }
      value = Number.NaN;
      if (!cholesky(hessian, dimension)) return Number.NaN;
      step.set(gradient);
      solveCholesky(hessian, dimension, step);
      return gradient.reduce((total, g, j) => total + g * step[j]!, 0);
    },
  });
  const point = gamma.data.subarray(0, dimension);
  // There is one maximum: where gamma is so far off that all is saturated, zero is the better place to start.
  let atZero = -likelihood.weight * fastLog(gamma.rows);
  for (let j = 0; j < dimension; j++) atZero -= 0.5 * priorPrecision[j]! * priorMean[j]! ** 2;
  if (atZero > evaluate(point)) point.fill(0);
  climb(point, tolerance);
}

function equal(a: Vector, b: Vector): boolean {
  for (let j = 0; j < a.length; j++) if (a[j] !== b[j]) return false;
  return true;
}
