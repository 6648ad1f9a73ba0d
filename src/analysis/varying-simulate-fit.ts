import { drawRows } from "../../samplers/varying/draw-rows.ts";
import type { Table } from "../core/data.ts";
import { createRng } from "../math/rng.ts";
import { responseColumn, withResponse } from "../run/simulate.ts";
import type { VaryingFit } from "../run/varying-fit.ts";
import { newRows, parametersOf } from "../run/varying-rows.ts";

export interface SimulateFitOptions {
  readonly seed?: number;
}

/** Rows with a response that a fit made. */
export interface SimulatedResponse {
  /** The response is replaced, or added. */
  readonly table: Table;
  /** Of each row, 1 … K. */
  readonly component: Int32Array;
}

const STREAM = 0x7672;

/**
 * Draws a response for every row of the table, its own or other rows: the component by the gate, the response by its
 * expert. Throws a DataError for missing covariates, a ModelError where the response is not a column.
 */
export function simulateFromVarying(
  fit: VaryingFit,
  table: Table,
  { seed = 1 }: SimulateFitOptions = {},
): SimulatedResponse {
  const name = responseColumn(fit.scales.designs.experts.response);
  const { problem, order } = newRows(fit, table);
  const { grid, theta } = parametersOf(fit);
  const drawn = new Int32Array(problem.n);
  const sorted = drawRows(createRng(seed, 0, STREAM), problem, grid, theta, drawn);
  const y = new Float64Array(table.rows);
  const component = new Int32Array(table.rows);
  order.forEach((i, at) => {
    y[i] = sorted[at]!;
    component[i] = drawn[at]! + 1;
  });
  return { table: withResponse(table, name, y), component };
}
