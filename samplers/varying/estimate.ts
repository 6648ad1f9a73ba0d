import { ModelError } from "../../src/core/errors.ts";
import type { VaryingProblem } from "../../src/core/varying.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";
import { createRng } from "../../src/math/rng.ts";
import { type Alignment, align, renumber } from "./align.ts";
import { rowModel } from "./interpolate.ts";
import { freed, type Layout, layoutOf, predictorOf } from "./layout.ts";
import { type LocalState, localStates } from "./local-states.ts";
import { labelConsistentPath, nearestRows } from "./path.ts";
import type { Polished } from "./polish.ts";
import { profile } from "./profile.ts";
import { responsibilitiesOf, searchLabels } from "./search.ts";

/**
 * "local": the maxima of the local likelihoods, their labels those of label-consistent EM. "label-consistent": the fixed
 * point of label-consistent EM itself, the estimator of [zhao2026].
 */
export type VaryingEstimator = "local" | "label-consistent";

export interface EstimateSettings {
  readonly grid: Vector;
  readonly bandwidth: number;
  readonly estimator: VaryingEstimator;
  readonly seed: number;
  readonly starts: number;
  /** Rows that labels are looked for in. */
  readonly searchRows: number;
  readonly iterations: number;
  readonly tolerance: number;
  /** Parameters of the problem with every coefficient varying (grid × dimension) to start from, instead of a search. */
  readonly start?: Matrix;
}

/** What the kernels know at the end; plain data. */
export interface Estimate extends Alignment {
  /** grid × dimension, in the order of the layout. */
  readonly theta: Matrix;
  /** Σ log f(y_i), coefficients interpolated between the grid points. */
  readonly logLikelihood: number;
  /** The same by the model at the nearest grid point; label-consistent only. */
  readonly nearestLogLikelihood?: number;
  readonly states: readonly LocalState[];
  readonly iterations: readonly number[];
  readonly converged: readonly boolean[];
  /** Whether the search for what does not vary has ended at a maximum. */
  readonly settled: boolean;
}

const STREAM = 0x7663;

/** Fits a varying-coefficient mixture at the points of a grid. Components ascend by the mean of what their experts fit. */
export function estimateVarying(problem: VaryingProblem, settings: EstimateSettings): Estimate {
  const { grid, bandwidth, seed, searchRows: rows, starts } = settings;
  const layout = layoutOf(problem);
  if (settings.estimator === "label-consistent" && layout.shared.length > 0) {
    throw new ModelError(
      'the label-consistent estimator must have every coefficient varying; some do not; use estimator "local"',
    );
  }
  const free = freed(problem);
  const rng = createRng(seed, 0, STREAM);
  const labels = settings.start ?? searchLabels(free, rng, { grid, bandwidth, starts, rows });
  const theta = withConstants(labels, layoutOf(free), layout, problem, grid);
  const ended: Ended =
    settings.estimator === "local"
      ? profile(problem, grid, bandwidth, theta)
      : followPath(problem, theta, settings);
  const aligned = align(problem, grid, bandwidth, theta);
  const logLikelihood = sortComponents(problem, grid, theta);
  const states = localStates(problem, grid, bandwidth, theta);
  const { iterations, converged } = ended;
  return {
    ...{ ...aligned, theta, states, converged, settled: ended.settled },
    iterations: [...iterations],
    logLikelihood,
    ...(ended.nearest === undefined ? {} : { nearestLogLikelihood: ended.nearest }),
  };
}

interface Ended extends Pick<Polished, "iterations" | "converged"> {
  readonly settled: boolean;
  readonly nearest?: number;
}

function followPath(problem: VaryingProblem, theta: Matrix, settings: EstimateSettings): Ended {
  const { grid, bandwidth } = settings;
  const from = responsibilitiesOf(problem, grid, bandwidth, theta);
  const path = labelConsistentPath(problem, from, settings, theta);
  return {
    iterations: new Int32Array(grid.length).fill(path.iterations),
    converged: new Array<boolean>(grid.length).fill(path.converged),
    settled: path.converged,
    nearest: path.logLikelihood,
  };
}

/** What does not vary starts at its mean over the rows' nearest grid points. */
function withConstants(
  free: Matrix,
  from: Layout,
  to: Layout,
  { u, experts, gate }: VaryingProblem,
  grid: Vector,
): Matrix {
  if (to.shared.length === 0) return matrix(free.rows, free.columns, free.data.slice());
  const out = matrix(grid.length, to.dimension);
  const varying = [experts.varyingColumns, to.values[1], gate.varyingColumns];
  const mass = nearestShares(u, grid);
  to.kind.forEach((kind, p) => {
    const v = varying[kind]!;
    for (let g = 0; g < grid.length; g++) {
      const source = row(free, g).subarray(from.first[p]!, from.first[p]! + from.width[kind]);
      const target = row(out, g).subarray(to.first[p]!, to.first[p]! + to.width[kind]);
      for (let j = 0; j < v; j++) target[j] = source[j]!;
      for (let j = 0; j < to.slopes[kind]; j++) target[v + j] = source[from.values[kind] + j]!;
      for (let j = v; j < from.values[kind]; j++) {
        let mean = 0;
        mass.forEach((share, h) => {
          mean += share * row(free, h)[from.first[p]! + j]!;
        });
        target[to.slopes[kind] + j] = mean;
      }
    }
  });
  return out;
}

function nearestShares(u: Vector, grid: Vector): Vector {
  const bounds = nearestRows(u, grid);
  return Float64Array.from(grid, (_, g) => (bounds[g + 1]! - bounds[g]!) / u.length);
}

/** In place, at every grid point alike: ascending by the sum of what experts fit. Returns the log-likelihood. */
function sortComponents(problem: VaryingProblem, grid: Vector, theta: Matrix): number {
  const { layout, logLikelihood } = rowModel(problem);
  const totals = new Float64Array(layout.predictors);
  const found = logLikelihood(grid, theta, undefined, totals);
  const totalOf = (k: number): number => totals[predictorOf(layout, k, 0)]!;
  const places = Array.from({ length: problem.components }, (_, k) => k);
  const order = places.toSorted((a, b) => totalOf(a) - totalOf(b));
  if (order.every((k, place) => k === place)) return found;
  for (let g = 0; g < grid.length; g++) row(theta, g).set(renumber(layout, row(theta, g), order));
  return logLikelihood(grid, theta);
}
