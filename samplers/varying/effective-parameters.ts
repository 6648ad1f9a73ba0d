import type { VaryingProblem } from "../../src/core/varying.ts";
import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";
import { climber } from "./climb.ts";
import { rowModel } from "./interpolate.ts";
import type { Layout } from "./layout.ts";

/**
 * How many parameters a fit is worth: Σ_i tr(information of row i · how the predictors of row i follow its own weight in the
 * local likelihoods), the trace of the smoother where there is but one Gaussian component; and one for each constant. NaN
 * where an information is not positive definite. Source: [loader1999] ch. 4.
 */
export function effectiveParameters(
  problem: VaryingProblem,
  grid: Vector,
  bandwidth: number,
  theta: Matrix,
): number {
  const rows = rowModel(problem);
  const { layout, terms } = rows;
  const inverses = covariances(problem, layout, grid, bandwidth, theta);
  if (inverses === undefined) return Number.NaN;
  const { predictors: P } = layout;
  const [predictors, slope, bend] = [P, P, P * P].map((size) => new Float64Array(size));
  const followed = follower(problem, layout);
  let total = layout.shared.length;
  for (let i = 0; i < problem.n; i++) {
    const { at, share } = rows.predict(i, grid, theta, predictors!);
    bend!.fill(0);
    terms.differentiate(i, predictors!, slope!, bend!, "observed");
    for (const [g, part] of [
      [at, 1 - share],
      [at + 1, share],
    ] as const) {
      const t = part > 0 ? (problem.u[i]! - grid[g]!) / bandwidth : 1;
      const weight = (0.75 * (1 - t * t)) / bandwidth;
      if (weight > 0) total += part * weight * followed(i, t, inverses[g]!, bend!);
    }
  }
  return total;
}

/** Inverse informations of what varies (dimension², 0 elsewhere). */
function covariances(
  problem: VaryingProblem,
  { local, dimension: D }: Layout,
  grid: Vector,
  bandwidth: number,
  theta: Matrix,
): Matrix[] | undefined {
  const climb = climber(problem);
  const [gradient, information] = [new Float64Array(D), new Float64Array(D * D)];
  const d = local.length;
  const factor = new Float64Array(d * d);
  const column = new Float64Array(d);
  const out: Matrix[] = [];
  for (let g = 0; g < grid.length; g++) {
    climb.likelihood.place(grid[g]!, bandwidth);
    climb.derivatives(row(theta, g), gradient, information, "observed");
    for (let a = 0; a < d; a++) {
      for (let b = 0; b <= a; b++) factor[a * d + b] = information[local[a]! * D + local[b]!]!;
    }
    if (!cholesky(factor, d)) return undefined;
    const inverse = matrix(D, D);
    for (let a = 0; a < d; a++) {
      column.fill(0);
      column[a] = 1;
      solveCholesky(factor, d, column);
      for (let b = 0; b < d; b++) inverse.data[local[b]! * D + local[a]!] = column[b]!;
    }
    out.push(inverse);
  }
  return out;
}

/** A function that gives tr(bend · X₀ inverse X'), X₀ and X the columns of a row at t = 0 and at t. */
function follower(problem: VaryingProblem, layout: Layout) {
  const { predictors: P, kind, first, width, values, slopes, dimension: D } = layout;
  const { design } = rowModel(problem);
  const most = Math.max(...width);
  const [level, line] = [matrix(P, most), matrix(P, most)];

  function fill(i: number, t: number): void {
    for (let p = 0; p < P; p++) {
      const of = kind[p]!;
      design(i, p, row(level, p));
      row(line, p).set(row(level, p));
      for (let j = 0; j < slopes[of]; j++) row(line, p)[values[of] + j] = t * row(level, p)[j]!;
    }
  }

  /** Row q of X₀ times the inverse times row p of X. */
  function between(q: number, p: number, inverse: Vector): number {
    const [x, z] = [row(level, q), row(line, p)];
    let sum = 0;
    for (let a = 0; a < width[kind[q]!]; a++) {
      const from = (first[q]! + a) * D + first[p]!;
      for (let b = 0; b < width[kind[p]!]; b++) sum += x[a]! * inverse[from + b]! * z[b]!;
    }
    return sum;
  }

  return (i: number, t: number, { data: inverse }: Matrix, bend: Vector): number => {
    fill(i, t);
    let trace = 0;
    for (let p = 0; p < P; p++) {
      for (let q = 0; q < P; q++) {
        const weight = bend[Math.max(p, q) * P + Math.min(p, q)]!;
        if (weight !== 0) trace += weight * between(q, p, inverse);
      }
    }
    return trace;
  };
}
