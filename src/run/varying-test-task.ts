import { problemOver, type VaryingScales } from "../../models/varying/compile.ts";
import type { VaryingModel } from "../../models/varying.ts";
import { drawRows } from "../../samplers/varying/draw-rows.ts";
import { fitHolding, type HeldFit } from "../../samplers/varying/hold.ts";
import { rowModel } from "../../samplers/varying/interpolate.ts";
import type { Table } from "../core/data.ts";
import type { Held, VaryingPenalty, VaryingProblem } from "../core/varying.ts";
import { type Matrix, matrix, type Vector } from "../math/matrix.ts";
import { createRng } from "../math/rng.ts";

/** What all statistics of one test share; plain data. */
export interface VaryingTestSetup {
  readonly model: VaryingModel;
  readonly scales: VaryingScales;
  readonly penalty: VaryingPenalty;
  /** Rows without a missing value. */
  readonly table: Table;
  /** 0 … 1. */
  readonly grid: Vector;
  readonly bandwidth: number;
  /** Under the hypothesis, as fitted to the data: what responses are drawn from, and where every fit starts. */
  readonly theta: Matrix;
  readonly held: readonly Held[];
  readonly seed: number;
}

export interface VaryingTestTask {
  /** 0, 1, …; its stream depends on the seed and on this alone. */
  readonly replicate: number;
}

/** Log-likelihoods of rows with interpolated coefficients, without and under the hypothesis. */
export interface RatioFits {
  readonly full: number;
  readonly held: number;
  /** Whether every local maximum and all constants were found. */
  readonly settled: boolean;
}

/** Streams of replicates begin with (seed, 0, this). */
const STREAM = 0x766c;

/** A function that fits responses drawn under the hypothesis with it and without, one after another. */
export function varyingTestTasks(setup: VaryingTestSetup) {
  const { model, scales, table, penalty, grid, bandwidth, theta, held, seed } = setup;
  const { problem } = problemOver(model, scales, table, penalty);
  const start = matrix(theta.rows, theta.columns, theta.data);
  const component = new Int32Array(problem.n);
  return ({ replicate }: VaryingTestTask): RatioFits => {
    const rng = createRng(seed, 0, STREAM, replicate);
    const drawn = problem.respond(drawRows(rng, problem, grid, start, component));
    return fitBoth(drawn, held, { grid, bandwidth, full: start, held: start }).fits;
  };
}

/** Where the two fits start. */
export interface RatioStart {
  readonly grid: Vector;
  readonly bandwidth: number;
  readonly full: Matrix;
  readonly held: Matrix;
}

/** The two fits of a response. */
export function fitBoth(
  problem: VaryingProblem,
  held: readonly Held[],
  { grid, bandwidth, ...start }: RatioStart,
): { readonly fits: RatioFits; readonly full: HeldFit; readonly under: HeldFit } {
  const full = fitHolding(problem, [], grid, bandwidth, start.full);
  const under = fitHolding(problem, held, grid, bandwidth, start.held);
  const { logLikelihood } = rowModel(problem);
  const isSettled = ({ settled, converged }: HeldFit): boolean =>
    settled && converged.every(Boolean);
  const fits = {
    full: logLikelihood(grid, full.theta),
    held: logLikelihood(grid, under.theta),
    settled: isSettled(full) && isSettled(under),
  };
  return { fits, full, under };
}
