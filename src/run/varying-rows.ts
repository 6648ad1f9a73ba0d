import { problemOver } from "../../models/varying/compile.ts";
import { rowModel } from "../../samplers/varying/interpolate.ts";
import type { Table } from "../core/data.ts";
import { DataError, UsageError } from "../core/errors.ts";
import type { VaryingProblem } from "../core/varying.ts";
import { columnsUsed, completeRows } from "../data/missing.ts";
import { selectColumns } from "../data/table.ts";
import { type Matrix, matrix, type Vector } from "../math/matrix.ts";
import { observedResponse } from "./predict-rows.ts";
import type { VaryingFit } from "./varying-fit.ts";

/** Rows as a fit sees its own: in the order of the index. */
export interface VaryingRows {
  readonly problem: VaryingProblem;
  /** Row of `table` of each row of the problem. */
  readonly order: Int32Array;
  readonly table: Table;
}

/** What the kernels know of a fit: the grid on the unit scale of the index, and parameters (grid × dimension). */
export interface VaryingParameters {
  readonly grid: Vector;
  readonly theta: Matrix;
}

export function parametersOf({ grid, index, theta }: VaryingFit): VaryingParameters {
  const unit = Float64Array.from(grid, (u) => (u - index.low) / (index.high - index.low));
  const columns = theta[0]!.length;
  return { grid: unit, theta: matrix(unit.length, columns, Float64Array.from(theta.flat())) };
}

/** Relative to the log-likelihood: what writing a table to text may change. */
const SAME = 1e-6;

/** The rows that were fitted. Throws a UsageError where the table is not the one that the fit was made from. */
export function fittedRows(fit: VaryingFit, table: Table): VaryingRows {
  const { model, scales, penalty } = fit;
  const { experts, gate } = scales.designs;
  const used = [...columnsUsed(experts), ...columnsUsed(gate), model.varying.index];
  const { table: complete } = completeRows(selectColumns(table, [...new Set(used)]), used);
  const { problem, order } = problemOver(model, scales, complete, penalty);
  const { grid, theta } = parametersOf(fit);
  const reached = rowModel(problem).logLikelihood(grid, theta);
  const isSame = Math.abs(reached - fit.logLikelihood) <= SAME * (1 + Math.abs(reached));
  if (problem.n !== fit.rows || !isSame) {
    throw new UsageError(
      `the table must be the one that was fitted: ${fit.rows} rows, log-likelihood ${fit.logLikelihood}; got ` +
        `${problem.n} rows, log-likelihood ${reached}`,
    );
  }
  return { problem, order, table: complete };
}

/** Any rows; `response` (in the order of the table) is NaN where there is none, and 0 stands for it in the problem. */
export function newRows(
  { model, scales, penalty }: VaryingFit,
  table: Table,
): VaryingRows & { readonly response: Vector } {
  if (table.rows === 0) throw new DataError("the table must have rows; it has none");
  const { experts, gate } = scales.designs;
  const used = [experts, gate].flatMap((plan) => columnsUsed(plan, "design"));
  const covariates = selectColumns(table, [...new Set([...used, model.varying.index])]);
  const response = observedResponse(scales.designs, table);
  const filled = response.map((y) => (Number.isNaN(y) ? 0 : y));
  return { ...problemOver(model, scales, covariates, penalty, filled), table, response };
}
