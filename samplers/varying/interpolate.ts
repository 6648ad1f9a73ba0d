import type { VaryingProblem } from "../../src/core/varying.ts";
import type { Matrix, Vector } from "../../src/math/matrix.ts";
import { DISPERSION, EXPERT, GATE, type Kind, type Layout, layoutOf } from "./layout.ts";
import { type RowBlocks, rowBlocks } from "./row-blocks.ts";
import { type RowTerms, rowTerms } from "./row-terms.ts";
import { CHUNK, sumOf } from "./runs.ts";
import { firstAtLeast } from "./window.ts";

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
  /** Σ log f(y_i), and each of them where `out` is given; adds predictors of all rows to `totals` where that is given. */
  logLikelihood(grid: Vector, theta: Matrix, out?: Vector, totals?: Vector): number;
}

export function rowModel(problem: VaryingProblem): RowModel {
  const layout = layoutOf(problem);
  const terms = rowTerms(problem, layout);
  const predict = prediction(problem, layout);
  const P = layout.predictors;
  const predictors = new Float64Array(P);
  const linear = hasLines(layout) ? new Float64Array(layout.dimension) : undefined;
  let blocks: RowBlocks | undefined;

  /** Of rows start … start + count − 1, from the grid point `low` on to the next, and none between. */
  function predictRun(
    start: number,
    count: number,
    low: number,
    grid: Vector,
    theta: Matrix,
  ): void {
    const { predictor } = blocks!.columns;
    if (linear !== undefined) {
      const bandwidth = low < 0 || low === grid.length - 1 ? 1 : grid[low + 1]! - grid[low]!;
      linesBetween(layout, theta, low, linear);
      blocks!.predict(grid[Math.max(0, low)]!, bandwidth, linear, start, count);
      return;
    }
    for (let m = 0; m < count; m++) {
      predict(start + m, grid, theta, predictors);
      for (let p = 0; p < P; p++) predictor[p]![m] = predictors[p]!;
    }
  }

  return {
    layout,
    terms,
    predict,
    design: (i, p, out) => writeDesign(problem, layout, i, layout.kind[p]!, out),

    logLikelihood(grid, theta, out, totals) {
      blocks ??= rowBlocks(problem, layout);
      const { predictor, value } = blocks.columns;
      let total = 0;
      for (let low = -1, start = 0; low < grid.length; low++) {
        const next = low + 1 < grid.length ? firstAtLeast(problem.u, grid[low + 1]!) : problem.n;
        for (; start < next; start += CHUNK) {
          const count = Math.min(CHUNK, next - start);
          predictRun(start, count, low, grid, theta);
          blocks.complete(start, count);
          total = sumOf(value, count, total);
          totals?.forEach((before, p) => {
            totals[p] = sumOf(predictor[p]!, count, before);
          });
          out?.set(value.subarray(0, count), start);
        }
        start = next;
      }
      return total;
    },
  };
}

/** Whether what varies has a slope around each grid point. */
const hasLines = ({ hasDispersion, values, slopes }: Layout): boolean =>
  slopes[0] >= values[0] && slopes[2] >= values[2] && (!hasDispersion || slopes[1] >= values[1]);

/** Writes lines from a grid point to the next as seen from the first; before and behind the grid they are level. */
function linesBetween(layout: Layout, theta: Matrix, low: number, out: Vector): void {
  const { kind, first, values, slopes } = layout;
  const from = Math.max(0, low) * theta.columns;
  const to = low < 0 || low === theta.rows - 1 ? from : from + theta.columns;
  out.set(theta.data.subarray(from, from + theta.columns));
  for (let p = 0; p < kind.length; p++) {
    const v = values[kind[p]!];
    for (let j = 0; j < slopes[kind[p]!]; j++) {
      const at = first[p]! + (j % v);
      out[first[p]! + v + j] = j < v ? theta.data[to + at]! - theta.data[from + at]! : 0;
    }
  }
}

/** Where a log dispersion's value, or what it is where it does not vary, stands among its columns. */
const dispersionPlace = ({ values, width }: Layout): number => (values[1] === 1 ? 0 : width[1] - 1);

function writeDesign(
  { experts, gate }: VaryingProblem,
  layout: Layout,
  i: number,
  of: Kind,
  out: Vector,
): void {
  out.fill(0);
  if (of === DISPERSION) {
    out[dispersionPlace(layout)] = 1;
    return;
  }
  const {
    varying,
    varyingColumns: v,
    constant,
    constantColumns: c,
  } = of === EXPERT ? experts : gate;
  for (let j = 0; j < v; j++) out[j] = varying[i * v + j]!;
  for (let j = 0; j < c; j++) out[v + layout.slopes[of] + j] = constant[i * c + j]!;
}

function prediction(problem: VaryingProblem, layout: Layout): RowModel["predict"] {
  const { kind, first, slopes, predictors: P } = layout;
  const ofDispersion = dispersionPlace(layout);
  const designs = { [EXPERT]: problem.experts, [GATE]: problem.gate };

  /** Of the columns of a row, by coefficients a share of the way from those at `low` to those at `high`. */
  function sum(i: number, of: 0 | 2, data: Vector, low: number, high: number, share: number) {
    const { varying, varyingColumns: v, constant, constantColumns: c } = designs[of];
    let total = 0;
    for (let j = 0; j < v; j++) {
      const value = data[low + j]!;
      total += varying[i * v + j]! * (value + share * (data[high + j]! - value));
    }
    for (let j = 0, at = v + slopes[of]; j < c; j++, at++) {
      const value = data[low + at]!;
      total += constant[i * c + j]! * (value + share * (data[high + at]! - value));
    }
    return total;
  }

  return (i, grid, { data, columns: D }, out) => {
    const place = between(grid, problem.u[i]!);
    const { share } = place;
    for (let p = 0; p < P; p++) {
      const of = kind[p]!;
      const low = place.at * D + first[p]!;
      const high = share > 0 ? low + D : low;
      if (of === DISPERSION) {
        const value = data[low + ofDispersion]!;
        out[p] = value + share * (data[high + ofDispersion]! - value);
      } else out[p] = sum(i, of, data, low, high, share);
    }
    return place;
  };
}
