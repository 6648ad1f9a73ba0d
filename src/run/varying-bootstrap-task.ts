import type { CompiledVarying, VaryingScales } from "../../models/varying/compile.ts";
import { problemOver } from "../../models/varying/compile.ts";
import type { VaryingModel } from "../../models/varying.ts";
import { renumber } from "../../samplers/varying/align.ts";
import { drawRows } from "../../samplers/varying/draw-rows.ts";
import type { VaryingEstimator } from "../../samplers/varying/estimate.ts";
import { fitHolding } from "../../samplers/varying/hold.ts";
import { layoutOf } from "../../samplers/varying/layout.ts";
import { labelConsistentPath } from "../../samplers/varying/path.ts";
import { responsibilitiesOf } from "../../samplers/varying/search.ts";
import type { Table } from "../core/data.ts";
import type { VaryingPenalty, VaryingProblem } from "../core/varying.ts";
import { assign } from "../math/assignment.ts";
import { copy, type Matrix, matrix, row, type Vector } from "../math/matrix.ts";
import { createRng } from "../math/rng.ts";
import { curvesOf } from "./varying-curves.ts";

/** What all replicates of one fit share; plain data. */
export interface VaryingBootstrapSetup {
  readonly model: VaryingModel;
  readonly scales: VaryingScales;
  readonly penalty: VaryingPenalty;
  /** Rows without a missing value. */
  readonly table: Table;
  /** 0 … 1. */
  readonly grid: Vector;
  readonly bandwidth: number;
  readonly estimator: VaryingEstimator;
  /** Of the fit: what responses are drawn from, and where every replicate starts. */
  readonly theta: Matrix;
  readonly seed: number;
}

export interface VaryingBootstrapTask {
  /** 0, 1, …; its stream depends on the seed and on this alone. */
  readonly replicate: number;
}

export interface VaryingReplicate {
  /** Values of the curves one after another, on the scale of the data; absent where they are not finite. */
  readonly values?: Vector;
  readonly settled: boolean;
  /** Whether components had to be renumbered to those that made the rows. */
  readonly renumbered: boolean;
}

/** Streams of replicates begin with (seed, 0, this). */
const STREAM = 0x7662;
const PATH = { iterations: 1000, tolerance: 1e-6 };

/** A function that fits responses drawn from a fit, one after another. */
export function varyingBootstrapTasks(setup: VaryingBootstrapSetup) {
  const { model, scales, penalty, table, grid, bandwidth, estimator, seed } = setup;
  const { problem } = problemOver(model, scales, table, penalty);
  const start = matrix(setup.theta.rows, setup.theta.columns, setup.theta.data);
  const component = new Int32Array(problem.n);
  return ({ replicate }: VaryingBootstrapTask): VaryingReplicate => {
    const rng = createRng(seed, 0, STREAM, replicate);
    const drawn = problem.respond(drawRows(rng, problem, grid, start, component));
    const { theta, settled } = refit(drawn, { grid, bandwidth, estimator, start });
    if (!theta.data.every(Number.isFinite)) return { settled: false, renumbered: false };
    const renumbered = matchToMakers(drawn, grid, bandwidth, theta, component);
    return { values: valuesOf({ problem: drawn, scales }, bandwidth, theta), settled, renumbered };
  };
}

interface Refit extends Pick<VaryingBootstrapSetup, "grid" | "bandwidth" | "estimator"> {
  readonly start: Matrix;
}

function refit(problem: VaryingProblem, { grid, bandwidth, estimator, start }: Refit) {
  if (estimator === "local") {
    const { theta, settled, converged } = fitHolding(problem, [], grid, bandwidth, start);
    return { theta, settled: settled && converged.every(Boolean) };
  }
  const from = responsibilitiesOf(problem, grid, bandwidth, start);
  const path = labelConsistentPath(problem, from, { grid, bandwidth, ...PATH }, copy(start));
  return { theta: path.theta, settled: path.converged };
}

/**
 * In place, all along the grid: each component is the one that takes most of the rows that it made. Whether any moved. Labels
 * at one grid point are those of the fit, where the climb began: matching it to its neighbours knows less.
 */
function matchToMakers(
  problem: VaryingProblem,
  grid: Vector,
  bandwidth: number,
  theta: Matrix,
  maker: Int32Array,
): boolean {
  const K = problem.components;
  const responsibility = responsibilitiesOf(problem, grid, bandwidth, theta);
  const taken = matrix(K, K);
  maker.forEach((k, i) => {
    for (let c = 0; c < K; c++) taken.data[k * K + c]! += responsibility[i * K + c]!;
  });
  const order = new Int32Array(K);
  assign(taken, order);
  if (order.every((c, k) => c === k)) return false;
  const layout = layoutOf(problem);
  for (let g = 0; g < grid.length; g++) row(theta, g).set(renumber(layout, row(theta, g), order));
  return true;
}

function valuesOf(
  compiled: Pick<CompiledVarying, "problem" | "scales">,
  bandwidth: number,
  theta: Matrix,
): Vector {
  return Float64Array.from(curvesOf(compiled, bandwidth, theta).flatMap(({ value }) => value));
}
