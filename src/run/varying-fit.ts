import {
  type CompiledVarying,
  compileVarying,
  type VaryingScales,
} from "../../models/varying/compile.ts";
import type { VaryingModel } from "../../models/varying.ts";
import {
  type Estimate,
  estimateVarying,
  type VaryingEstimator,
} from "../../samplers/varying/estimate.ts";
import { freed, layoutOf } from "../../samplers/varying/layout.ts";
import { leastBandwidth, plugInBandwidth } from "../../samplers/varying/plug-in.ts";
import { searchLabels } from "../../samplers/varying/search.ts";
import { windowRows } from "../../samplers/varying/window.ts";
import type { Table } from "../core/data.ts";
import { DataError, UsageError } from "../core/errors.ts";
import type { VaryingPenalty } from "../core/varying.ts";
import type { GridPoint, VaryingCurves } from "../core/varying-fit.ts";
import { buildDesign } from "../data/design.ts";
import { type Matrix, row, type Vector } from "../math/matrix.ts";
import { createRng } from "../math/rng.ts";
import { curvesOf } from "./varying-curves.ts";

export interface VaryingOptions {
  /** As a share of the range of the index, 0 … 1; a rule of thumb unless given. */
  readonly bandwidth?: number;
  /** How many points, equally spaced over the range, or the points in units of the index. */
  readonly grid?: number | readonly number[];
  readonly estimator?: VaryingEstimator;
  readonly seed?: number;
  /** Starts of the search for labels. */
  readonly starts?: number;
  /** What differs from the family's own penalties. */
  readonly penalty?: Partial<VaryingPenalty>;
  /** Most iterations of the label-consistent estimator, and the change of a responsibility at which it ends. */
  readonly iterations?: number;
  readonly tolerance?: number;
}

/** A fit: its curves, and what is needed to see other rows by it or to go on from it; plain data. */
export interface VaryingFit extends VaryingCurves {
  readonly model: VaryingModel;
  readonly scales: VaryingScales;
  readonly penalty: VaryingPenalty;
  readonly seed: number;
  /** Parameters at each grid point on the scale of the kernels, in their order. */
  readonly theta: readonly (readonly number[])[];
  /** Pairs of grid points whose components had to be renumbered to match. */
  readonly renumbered: readonly number[];
}

/** A model that has met its data and a grid: what fits at several bandwidths share. */
export interface VaryingSetting {
  readonly compiled: CompiledVarying;
  /** 0 … 1, ascending. */
  readonly grid: Vector;
  readonly bandwidth: number;
  /** All coefficients varying, labels the same all along; grid × dimension at `bandwidth`. */
  readonly labels: Matrix;
  readonly seed: number;
  readonly leftOut: readonly number[];
}

export const SEARCH_ROWS = 300;
const PILOT = 0.3;
const POINTS = 21;
/** A window of the rule of thumb holds this many rows for each local parameter. */
const ROWS_EACH = 4;
const AMBIGUOUS_MARGIN = 0.05;
const AMBIGUOUS_SEPARATION = 0.01;

/**
 * Fits a varying-coefficient mixture of experts by local likelihood. Throws a ModelError, DataError or UsageError that
 * names what does not fit. The result depends on the table, the options and the seed alone.
 */
export function maximizeVarying(
  model: VaryingModel,
  table: Table,
  options: VaryingOptions = {},
): VaryingFit {
  const setting = varyingSetting(model, table, options);
  const { compiled, grid, bandwidth, labels, seed } = setting;
  const { estimator = "local", iterations = 1000, tolerance = 1e-6 } = options;
  const estimate = estimateVarying(compiled.problem, {
    ...{ grid, bandwidth, estimator, iterations, tolerance, start: labels },
    ...{ seed, starts: 0, searchRows: 0 },
  });
  return describe(setting, estimate, estimator);
}

/** Compiles, lays the grid, finds a bandwidth where none is given, and labels. */
export function varyingSetting(
  model: VaryingModel,
  table: Table,
  options: VaryingOptions = {},
): VaryingSetting {
  const { seed = 1, starts = startsFor(model.components) } = options;
  const compiled = compileVarying(model, table, options.penalty ?? {});
  const { problem, scales } = compiled;
  const asked = unitGrid(options.grid ?? POINTS, scales);
  const need = layoutOf(problem).local.length;
  const search = (grid: Vector, bandwidth: number): Matrix => {
    const settings = { grid, bandwidth, starts, rows: SEARCH_ROWS };
    return searchLabels(freed(problem), createRng(seed, 0, SEARCH), settings);
  };
  const bandwidth = options.bandwidth ?? ruleOfThumb(compiled, asked, need, search);
  if (!(bandwidth > 0 && bandwidth <= MOST_BANDWIDTH)) {
    throw new UsageError(
      `\`bandwidth\` must be a share of the range of the index, above 0; got ${bandwidth}`,
    );
  }
  const { grid, leftOut } = usableGrid(compiled, asked, bandwidth, need);
  return { compiled, grid, bandwidth, labels: search(grid, bandwidth), seed, leftOut };
}

const SEARCH = 0x7663;

const startsFor = (components: number): number => (components <= 2 ? 4 : 3 * components);

function ruleOfThumb(
  { problem }: CompiledVarying,
  grid: Vector,
  need: number,
  search: (grid: Vector, bandwidth: number) => Matrix,
): number {
  const least = leastBandwidth(problem.u, grid, Math.min(ROWS_EACH * need, problem.n));
  const pilot = Math.max(PILOT, least);
  const rule = plugInBandwidth(freed(problem), grid, pilot, search(grid, pilot));
  return Math.min(1, Math.max(rule, least));
}

function unitGrid(grid: number | readonly number[], { index }: VaryingScales): Vector {
  if (typeof grid === "number") {
    if (!(Number.isSafeInteger(grid) && grid >= 2 && grid <= MOST_POINTS)) {
      throw new UsageError(
        `\`grid\` must be a number of points from 2 to ${MOST_POINTS}, or the points; got ${grid}`,
      );
    }
    return Float64Array.from({ length: grid }, (_, g) => g / (grid - 1));
  }
  const { name, low, high } = index;
  const bad = grid.find((u) => !(u >= low && u <= high));
  if (grid.length < 1 || grid.length > MOST_POINTS || bad !== undefined) {
    throw new UsageError(
      `\`grid\` must be 1 to ${MOST_POINTS} points between ${low} and ${high}, the range of ${name}; got ` +
        `${bad === undefined ? `${grid.length} points` : bad}`,
    );
  }
  const unit = [...new Set(grid)].map((u) => (u - low) / (high - low));
  return Float64Array.from(unit).sort();
}

const MOST_POINTS = 1000;
/** Windows of several ranges weigh all rows alike: the limit of straight lines. */
const MOST_BANDWIDTH = 10;

/** Grid points whose windows hold at least as many rows as there are parameters. */
export function usableGrid(
  { problem, scales: { index } }: Pick<CompiledVarying, "problem" | "scales">,
  asked: Vector,
  bandwidth: number,
  need: number,
): { grid: Vector; leftOut: number[] } {
  const inIndex = (u: number): number => index.low + u * (index.high - index.low);
  const isUsable = (u: number): boolean => {
    const { from, to } = windowRows(problem.u, u, bandwidth);
    return to - from >= need && to > from;
  };
  const grid = asked.filter(isUsable);
  if (grid.length === 0) {
    throw new DataError(
      `a window of the grid must hold at least ${need} rows, as many as it has parameters; none of ${asked.length} ` +
        `does at bandwidth ${bandwidth} with ${problem.n} rows; take ${bandwidth < 1 ? "a larger bandwidth or " : ""}a smaller model`,
      { bandwidth, rows: problem.n, parameters: need },
    );
  }
  return {
    grid,
    leftOut: Array.from(
      asked.filter((u) => !isUsable(u)),
      inIndex,
    ),
  };
}

function describe(
  { compiled, grid, bandwidth, seed, leftOut }: VaryingSetting,
  estimate: Estimate,
  estimator: VaryingEstimator,
): VaryingFit {
  const { model, problem, scales, dropped } = compiled;
  const { index } = scales;
  const inIndex = (u: number): number => index.low + u * (index.high - index.low);
  const { nearestLogLikelihood: nearest } = estimate;
  return {
    ...{ model, scales, penalty: problem.penalty, seed, estimator, index, bandwidth },
    family: model.experts.family,
    components: model.components,
    grid: Array.from(grid, inIndex),
    curves: curvesOf(compiled, bandwidth, estimate.theta),
    points: Array.from(grid, (u, g) => pointOf(estimate, g, inIndex(u))),
    ...{ leftOut, dropped, rows: problem.n },
    ...(model.experts.family === "binomial" ? { mostTrials: mostTrials(compiled) } : {}),
    logLikelihood: estimate.logLikelihood,
    ...(nearest === undefined ? {} : { nearestLogLikelihood: nearest }),
    settled: estimate.settled,
    theta: Array.from(grid, (_, g) => Array.from(row(estimate.theta, g))),
    renumbered: estimate.renumbered,
  };
}

function mostTrials({ scales, table }: CompiledVarying): number {
  const { trials = Float64Array.of(1) } = buildDesign(scales.designs.experts, table);
  return trials.reduce((most, one) => Math.max(most, one), 0);
}

function pointOf(estimate: Estimate, g: number, u: number): GridPoint {
  const [margin, separation] = [estimate.margin[g]!, estimate.separation[g]!];
  return {
    u,
    ...estimate.states[g]!,
    margin,
    ...(Number.isFinite(separation) ? { separation } : {}),
    ambiguous: margin < AMBIGUOUS_MARGIN || separation < AMBIGUOUS_SEPARATION,
    converged: estimate.converged[g]!,
    iterations: estimate.iterations[g]!,
  };
}
