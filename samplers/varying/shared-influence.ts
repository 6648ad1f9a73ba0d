import { SamplerError } from "../../src/core/errors.ts";
import type { VaryingProblem } from "../../src/core/varying.ts";
import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import { copy, type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";
import { climber } from "./climb.ts";
import { plainInfluence } from "./influence.ts";
import { rowModel } from "./interpolate.ts";
import { sharedPenalty } from "./profile.ts";
import { followers, profileDerivatives } from "./profile-derivatives.ts";

/** How what does not vary depends on each row, and what varies on it. */
export interface SharedInfluence {
  /** m × n. */
  readonly rows: Matrix;
  /** dθ̂/dγ at each grid point, dimension × m; rows of γ itself are the identity. */
  readonly follow: readonly Matrix[];
}

/** Steps of central differences, in standard errors. */
const STEP = 0.02;
/** Far below what central differences of local maxima notice. */
const LIMITS = { steps: 10, tolerance: 1e-16 };

/**
 * Influences of the rows on the profile estimator of what does not vary: −G_γγ⁻¹ G_γδ, with G the profile log-likelihood
 * and δ the weights of the rows in it and in every local likelihood. dG/dδ_j is log f_j plus what row j does to the others
 * through the local maxima; its derivatives by γ, and those of dG/dγ, are central differences along which the local maxima
 * are followed. Throws a SamplerError where G has no maximum.
 */
export function sharedInfluence(
  problem: VaryingProblem,
  grid: Vector,
  bandwidth: number,
  theta: Matrix,
): SharedInfluence {
  const rows = rowModel(problem);
  const { shared } = rows.layout;
  const [m, n] = [shared.length, problem.n];
  const at = settler(problem, grid, bandwidth);
  const derivatives = profileDerivatives(problem, rows, grid, bandwidth);
  const penalty = sharedPenalty(problem, rows.layout);
  const information = new Float64Array(m * m);
  const differentiate = (parameters: Matrix, out: Vector): void => {
    derivatives(parameters, out, information);
    penalty.add(row(parameters, 0), out, information);
  };
  const byWeight = weightGradient(problem, grid, bandwidth);
  const hessian = matrix(m, m);
  const cross = matrix(m, n);
  const [low, high] = [new Float64Array(m), new Float64Array(m)];
  const [lowRows, highRows] = [new Float64Array(n), new Float64Array(n)];
  differentiate(theta, low);
  const steps = low.map((_, c) => STEP / Math.sqrt(information[c * m + c]!));
  for (let c = 0; c < m; c++) {
    const step = steps[c]!;
    const down = at(theta, shared[c]!, -step);
    differentiate(down, low);
    byWeight(down, lowRows);
    const up = at(theta, shared[c]!, step);
    differentiate(up, high);
    byWeight(up, highRows);
    for (let l = 0; l < m; l++) hessian.data[c * m + l] = -(high[l]! - low[l]!) / (2 * step);
    for (let j = 0; j < n; j++) cross.data[c * n + j] = (highRows[j]! - lowRows[j]!) / (2 * step);
  }
  solveRows(hessian, cross);
  return {
    rows: cross,
    follow: withIdentity(followers(problem, rows.layout, grid, bandwidth)(theta), shared),
  };
}

/** A function that moves one constant and follows the local maxima, in a copy. */
function settler(problem: VaryingProblem, grid: Vector, bandwidth: number) {
  const { climb, likelihood } = climber(problem);
  return (theta: Matrix, position: number, by: number): Matrix => {
    const out = copy(theta);
    grid.forEach((at, g) => {
      const parameters = row(out, g);
      parameters[position]! += by;
      likelihood.place(at, bandwidth);
      climb(parameters, LIMITS);
    });
    return out;
  };
}

/** A function that writes, for each row, the derivative of the profile log-likelihood by its weight. */
function weightGradient(problem: VaryingProblem, grid: Vector, bandwidth: number) {
  const rows = rowModel(problem);
  const { layout, terms } = rows;
  const { predictors: P, kind, first, width, dimension } = layout;
  const influence = plainInfluence(problem, bandwidth);
  const [predictors, slope] = [new Float64Array(P), new Float64Array(P)];
  const bend = new Float64Array(P * P);
  const columns = new Float64Array(Math.max(...width));

  /** Σ_i d log f_i / dθ_g, the rows' coefficients interpolated between grid points. */
  function pulls(theta: Matrix): Matrix {
    const out = matrix(grid.length, dimension);
    for (let i = 0; i < problem.n; i++) {
      const { at, share } = rows.predict(i, grid, theta, predictors);
      terms.differentiate(i, predictors, slope, bend, "complete");
      for (let p = 0; p < P; p++) {
        rows.design(i, p, columns);
        for (let j = 0; j < width[kind[p]!]; j++) {
          const pull = slope[p]! * columns[j]!;
          out.data[at * dimension + first[p]! + j]! += (1 - share) * pull;
          if (share > 0) out.data[(at + 1) * dimension + first[p]! + j]! += share * pull;
        }
      }
    }
    return out;
  }

  return (theta: Matrix, out: Vector): void => {
    rows.logLikelihood(grid, theta, out);
    const pull = pulls(theta);
    grid.forEach((at, g) => {
      const found = influence(at, row(theta, g), matrix(1, dimension, row(pull, g)));
      found?.rows.data.forEach((value, j) => {
        out[found.from + j]! += value;
      });
    });
  };
}

/** B ← A⁻¹ B, A symmetric up to rounding. */
function solveRows({ rows: m, data }: Matrix, B: Matrix): void {
  const factor = new Float64Array(m * m);
  for (let a = 0; a < m; a++) {
    for (let b = 0; b <= a; b++) factor[a * m + b] = 0.5 * (data[a * m + b]! + data[b * m + a]!);
  }
  if (!cholesky(factor, m)) {
    throw new SamplerError(
      "the profile likelihood must have its maximum at the coefficients that do not vary; its Hessian there is not " +
        "negative definite; take a larger bandwidth or another seed",
      { hessian: Array.from(data) },
    );
  }
  const column = new Float64Array(m);
  for (let j = 0; j < B.columns; j++) {
    for (let a = 0; a < m; a++) column[a] = B.data[a * B.columns + j]!;
    solveCholesky(factor, m, column);
    for (let a = 0; a < m; a++) B.data[a * B.columns + j] = column[a]!;
  }
}

function withIdentity(follow: Matrix[], shared: Int32Array): Matrix[] {
  for (const at of follow) {
    shared.forEach((position, c) => {
      at.data[position * at.columns + c] = 1;
    });
  }
  return follow;
}
