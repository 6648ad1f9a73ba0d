import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import { fastExp } from "../../src/math/exp.ts";
import { copy, type Matrix, matrix, type Vector } from "../../src/math/matrix.ts";
import { newton } from "../../src/math/newton.ts";

const CONVERGED = 1e-9;
/** Relative to the diagonal: keeps the Hessian positive definite where a symmetric softmax is flat, at any scale. */
const RIDGE = 1e-8;
/** The same for a component that has no weight at all. */
const LEAST_RIDGE = 1e-300;

/** What the maximum needs: the design, how many rows of gamma are free, and the weighted normal prior. */
export interface GateObjective {
  readonly W: Vector;
  readonly n: number;
  readonly q: number;
  readonly fixedRows: 0 | 1;
  /** One a free coefficient. */
  readonly priorMean: Vector;
  /** Prior weight over prior variance, one a free coefficient. */
  readonly priorPrecision: Vector;
  logProbability(gamma: Matrix, out: Matrix): void;
}

/**
 * Weighted multinomial logistic regression: the maximum over gamma of Σ r_ki log π_k(x_i) plus the weighted log prior,
 * by damped Newton on all free rows together; gamma in place. responsibility: K × n.
 * Source: [bohning1992] for the Hessian, Σ (diag π − π π') ⊗ w w'.
 */
export function maximizeGate(
  objective: GateObjective,
  gamma: Matrix,
  responsibility: Matrix,
): void {
  const dimension = (gamma.rows - objective.fixedRows) * objective.q;
  if (dimension === 0) return;
  const probability = matrix(gamma.rows, objective.n);
  const hessian = new Float64Array(dimension * dimension);
  const gradient = new Float64Array(dimension);
  const trial = copy(gamma);
  const climb = newton({
    dimension,
    evaluate(point) {
      trial.data.set(point);
      return evaluate(objective, trial, responsibility, probability);
    },
    newtonStep(point, step) {
      trial.data.set(point);
      derivatives(objective, trial, responsibility, probability, hessian, gradient);
      if (!cholesky(hessian, dimension)) return Number.NaN;
      step.set(gradient);
      solveCholesky(hessian, dimension, step);
      return gradient.reduce((total, g, j) => total + g * step[j]!, 0);
    },
  });
  const free = gamma.data.subarray(0, dimension);
  // There is one maximum: where gamma is so far off that all is saturated, zero is the better place to start.
  const height = evaluate(objective, gamma, responsibility, probability);
  trial.data.fill(0);
  if (evaluate(objective, trial, responsibility, probability) > height) free.fill(0);
  climb(free, CONVERGED);
}

/** The objective at gamma; leaves the gate probabilities (K × n) in `probability`. */
function evaluate(
  { n, q, fixedRows, priorMean, priorPrecision, logProbability }: GateObjective,
  gamma: Matrix,
  responsibility: Matrix,
  probability: Matrix,
): number {
  logProbability(gamma, probability);
  let total = 0;
  for (let j = 0; j < (gamma.rows - fixedRows) * q; j++) {
    total -= 0.5 * priorPrecision[j]! * (gamma.data[j]! - priorMean[j]!) ** 2;
  }
  for (let at = 0; at < gamma.rows * n; at++) {
    const r = responsibility.data[at]!;
    if (r > 0) total += r * probability.data[at]!;
    probability.data[at] = fastExp(probability.data[at]!);
  }
  return total;
}

/** Gradient (into `gradient`) and negative Hessian of the objective over the free rows. */
function derivatives(
  { W, n, q, fixedRows, priorMean, priorPrecision }: GateObjective,
  gamma: Matrix,
  responsibility: Matrix,
  probability: Matrix,
  hessian: Vector,
  gradient: Vector,
): void {
  const free = gamma.rows - fixedRows;
  const dimension = free * q;
  hessian.fill(0);
  for (let j = 0; j < dimension; j++) {
    gradient[j] = -priorPrecision[j]! * (gamma.data[j]! - priorMean[j]!);
    hessian[j * (dimension + 1)] = priorPrecision[j]!;
  }
  for (let k = 0; k < free; k++) {
    for (let i = 0; i < n; i++) {
      const at = k * n + i;
      const total = columnSum(responsibility, i);
      const residual = responsibility.data[at]! - total * probability.data[at]!;
      for (let a = 0; a < q; a++) {
        gradient[k * q + a] = gradient[k * q + a]! + residual * W[i * q + a]!;
      }
    }
    for (let l = 0; l <= k; l++) {
      addBlock(W, n, q, dimension, responsibility, probability, k, l, hessian);
    }
  }
  for (let at = 0; at < hessian.length; at += dimension + 1) {
    hessian[at] = hessian[at]! * (1 + RIDGE) + LEAST_RIDGE;
  }
}

/** Σ_k r_ki: 1 for responsibilities; other weights are allowed. */
function columnSum({ rows, columns, data }: Matrix, i: number): number {
  let total = 0;
  for (let k = 0; k < rows; k++) total += data[k * columns + i]!;
  return total;
}

/** Adds Σ_i (Σ_j r_ji) π_k (δ_kl − π_l) w w' to block (k, l) of the lower triangle, and to (l, k). */
function addBlock(
  W: Vector,
  n: number,
  q: number,
  dimension: number,
  responsibility: Matrix,
  { data: probability }: Matrix,
  k: number,
  l: number,
  hessian: Vector,
): void {
  for (let i = 0; i < n; i++) {
    const pk = columnSum(responsibility, i) * probability[k * n + i]!;
    const weight = pk * ((k === l ? 1 : 0) - probability[l * n + i]!);
    for (let a = 0; a < q; a++) {
      const scaled = weight * W[i * q + a]!;
      for (let b = 0; b < q; b++) {
        const at = (k * q + a) * dimension + l * q + b;
        hessian[at] = hessian[at]! + scaled * W[i * q + b]!;
      }
    }
  }
  if (k === l) return;
  for (let a = 0; a < q; a++) {
    for (let b = 0; b < q; b++) {
      hessian[(l * q + b) * dimension + k * q + a] = hessian[(k * q + a) * dimension + l * q + b]!;
    }
  }
}
