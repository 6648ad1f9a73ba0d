import type { VaryingProblem } from "../../src/core/varying.ts";
import { type Matrix, row, type Vector } from "../../src/math/matrix.ts";
import { DISPERSION, EXPERT, type Layout, layoutOf } from "./layout.ts";
import { type RowTerms, rowTerms } from "./row-terms.ts";

/** The share of grid point `at` + 1, the rest that of `at`: values between grid points lie on straight lines. */
export interface Between {
  readonly at: number;
  readonly share: number;
}

/** Beyond the grid the value at its end. */
export function between(grid: Vector, u: number): Between {
  const last = grid.length - 1;
  if (last === 0 || u <= grid[0]!) return { at: 0, share: 0 };
  if (u >= grid[last]!) return { at: last - 1, share: 1 };
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (grid[middle]! <= u) low = middle;
    else high = middle;
  }
  return { at: low, share: (u - grid[low]!) / (grid[low + 1]! - grid[low]!) };
}

/** Rows at their own index: the model whose coefficients are interpolated between the grid points. */
export interface RowModel {
  readonly layout: Layout;
  readonly terms: RowTerms;
  /** Columns of row i for predictor p: its values and its constants, in their positions among the predictor's. */
  design(i: number, p: number, out: Vector): void;
  predict(i: number, grid: Vector, theta: Matrix, predictors: Vector): Between;
  /** Σ log f(y_i), and each of them where `out` is given. */
  logLikelihood(grid: Vector, theta: Matrix, out?: Vector): number;
}

export function rowModel(problem: VaryingProblem): RowModel {
  const layout = layoutOf(problem);
  const terms = rowTerms(problem, layout);
  const { kind, first, width, values, slopes, predictors: P } = layout;
  const predictors = new Float64Array(P);
  const columns = new Float64Array(Math.max(...width));

  function design(i: number, p: number, out: Vector): void {
    const of = kind[p]!;
    out.fill(0);
    if (of === DISPERSION) {
      out[values[1] === 1 ? 0 : width[1] - 1] = 1;
      return;
    }
    const {
      varying,
      varyingColumns: v,
      constant,
      constantColumns: c,
    } = of === EXPERT ? problem.experts : problem.gate;
    for (let j = 0; j < v; j++) out[j] = varying[i * v + j]!;
    for (let j = 0; j < c; j++) out[v + slopes[of] + j] = constant[i * c + j]!;
  }

  function predict(i: number, grid: Vector, theta: Matrix, out: Vector): Between {
    const place = between(grid, problem.u[i]!);
    const low = row(theta, place.at);
    const high = place.share > 0 ? row(theta, place.at + 1) : low;
    for (let p = 0; p < P; p++) {
      design(i, p, columns);
      let sum = 0;
      for (let j = 0, at = first[p]!; j < width[kind[p]!]; j++, at++) {
        sum += columns[j]! * (low[at]! + place.share * (high[at]! - low[at]!));
      }
      out[p] = sum;
    }
    return place;
  }

  return {
    layout,
    terms,
    design,
    predict,
    logLikelihood(grid, theta, out) {
      let total = 0;
      for (let i = 0; i < problem.n; i++) {
        predict(i, grid, theta, predictors);
        const value = terms.value(i, predictors);
        if (out) out[i] = value;
        total += value;
      }
      return total;
    },
  };
}
