import { compileVarying } from "../../models/varying/compile.ts";
import type { VaryingModel } from "../../models/varying.ts";
import { estimateVarying } from "../../samplers/varying/estimate.ts";
import { rowModel } from "../../samplers/varying/interpolate.ts";
import { freed, layoutOf } from "../../samplers/varying/layout.ts";
import { scaledSlopes } from "../../samplers/varying/path.ts";
import type { Table } from "../core/data.ts";
import { DataError } from "../core/errors.ts";
import type { VaryingPenalty, VaryingProblem } from "../core/varying.ts";
import { type Matrix, matrix, row, type Vector } from "../math/matrix.ts";
import type { VaryingOptions } from "./varying-fit.ts";
import { usableGrid } from "./varying-fit.ts";

/** What all folds and bandwidths share; plain data. */
export interface VaryingFoldSetup {
  readonly model: VaryingModel;
  readonly table: Table;
  readonly penalty: Partial<VaryingPenalty>;
  /** 0 … 1. */
  readonly grid: Vector;
  readonly estimator: NonNullable<VaryingOptions["estimator"]>;
  /** Of all rows, all coefficients varying: where every fit starts, so that all mean the same components. */
  readonly labels: Matrix;
  readonly labelsBandwidth: number;
}

export interface VaryingFoldTask {
  readonly bandwidth: number;
  /** Rows of the problem (in the order of the index), ascending. */
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** Of the test rows. Log-likelihood undefined: the bandwidth leaves windows of the grid with too few rows. */
export interface VaryingFoldResult {
  readonly logLikelihood?: Vector;
  readonly unconverged: number;
}

/** A function that fits without a fold and judges by it, one after another. */
export function varyingFoldTasks(setup: VaryingFoldSetup) {
  const { model, table, penalty, grid, estimator, labels, labelsBandwidth } = setup;
  const compiled = compileVarying(model, table, penalty);
  const free = layoutOf(freed(compiled.problem));
  const need = layoutOf(compiled.problem).local.length;
  return ({ bandwidth, train, test }: VaryingFoldTask): VaryingFoldResult => {
    const problem = compiled.problem.subset(train);
    if (!holdsEnough(problem, { ...compiled, problem }, grid, bandwidth, need))
      return { unconverged: 0 };
    const start = matrix(labels.rows, labels.columns);
    for (let g = 0; g < grid.length; g++) {
      row(start, g).set(scaledSlopes(row(labels, g), free, bandwidth / labelsBandwidth));
    }
    const settings = { grid, bandwidth, estimator, start, seed: 1, starts: 0, searchRows: 0 };
    const estimate = estimateVarying(problem, { ...settings, iterations: 1000, tolerance: 1e-6 });
    const logLikelihood = new Float64Array(test.length);
    rowModel(compiled.problem.subset(test)).logLikelihood(grid, estimate.theta, logLikelihood);
    return { logLikelihood, unconverged: estimate.converged.filter((is) => !is).length };
  };
}

function holdsEnough(
  problem: VaryingProblem,
  compiled: Parameters<typeof usableGrid>[0],
  grid: Vector,
  bandwidth: number,
  need: number,
): boolean {
  try {
    return usableGrid({ ...compiled, problem }, grid, bandwidth, need).leftOut.length === 0;
  } catch (error) {
    if (error instanceof DataError) return false;
    throw error;
  }
}
