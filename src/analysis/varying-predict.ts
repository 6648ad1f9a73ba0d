import { rowModel } from "../../samplers/varying/interpolate.ts";
import { predictorOf } from "../../samplers/varying/layout.ts";
import type { Table } from "../core/data.ts";
import type { Finding } from "../core/diagnostic.ts";
import { DataError } from "../core/errors.ts";
import { numbersOf, rowNumber } from "../data/table.ts";
import type { Vector } from "../math/matrix.ts";
import type { VaryingFit } from "../run/varying-fit.ts";
import { newRows, parametersOf, type VaryingRows } from "../run/varying-rows.ts";

export interface VaryingPredictOptions {
  /** Take rows whose index lies outside that of the data, with the coefficients of the nearest end; an error unless true. */
  readonly extrapolate?: boolean;
}

/** One component at each row. */
export interface ComponentPrediction {
  /** Of its expert, on the scale of the response; successes of all trials for binomial experts. */
  readonly mean: Vector;
  readonly sd: Vector;
  /** By the gate, from x and u alone. */
  readonly probability: Vector;
  /** Given the response too; NaN where there is none. */
  readonly responsibility: Vector;
}

/** What a fit says of rows, in the order of the table. */
export interface VaryingPrediction {
  readonly rows: number;
  /** E(y | x, z, u): components' means by the gate's probabilities, whether or not the response is there. */
  readonly mean: Vector;
  readonly sd: Vector;
  /** log f(y | x, z, u); NaN where there is no response. */
  readonly logDensity: Vector;
  readonly components: readonly ComponentPrediction[];
  /** Rows between an end of the grid and that of the data: the coefficients of the end of the grid are taken. */
  readonly beyondGrid: number;
  /** Rows outside the index of the data. */
  readonly outside: number;
  readonly findings: readonly Finding[];
}

/**
 * Predicts rows by a fit, coefficients interpolated between grid points. The response may be missing, in rows or whole.
 * Throws a DataError for missing covariates and, unless `extrapolate`, for an index outside that of the data.
 */
export function predictVarying(
  fit: VaryingFit,
  table: Table,
  { extrapolate = false }: VaryingPredictOptions = {},
): VaryingPrediction {
  const rows = newRows(fit, table);
  const places = placesOf(fit, rows);
  if (places.outside > 0 && !extrapolate) throw outsideError(fit, rows);
  const n = table.rows;
  const empty = (): Vector => new Float64Array(n).fill(Number.NaN);
  const components = Array.from({ length: fit.components }, () => ({
    ...{ mean: empty(), sd: empty(), probability: empty(), responsibility: empty() },
  }));
  const out = { mean: empty(), sd: empty(), logDensity: empty(), components };
  predictRows(fit, rows, out);
  return { rows: n, ...out, ...places, findings: findingsOf(fit, places) };
}

type Written = Pick<VaryingPrediction, "mean" | "sd" | "logDensity" | "components">;

function predictRows(
  fit: VaryingFit,
  { problem, order, response }: ReturnType<typeof newRows>,
  { mean, sd, logDensity, components }: Written,
): void {
  const { grid, theta } = parametersOf(fit);
  const { layout, terms, predict } = rowModel(problem);
  const predictors = new Float64Array(layout.predictors);
  for (let i = 0; i < problem.n; i++) {
    const at = order[i]!;
    const hasResponse = !Number.isNaN(response[at]!);
    predict(i, grid, theta, predictors);
    const density = terms.value(i, predictors);
    if (hasResponse) logDensity[at] = density;
    let [first, second] = [0, 0];
    components.forEach((of, k) => {
      const eta = predictors[predictorOf(layout, k, 0)]! + problem.offset[i]!;
      const s = layout.hasDispersion ? predictors[predictorOf(layout, k, 1)]! : 0;
      const centre = problem.family.mean(i, eta);
      const variance = problem.family.variance(i, eta, s);
      const p = terms.probability[k]!;
      of.mean[at] = centre;
      of.sd[at] = Math.sqrt(variance);
      of.probability[at] = p;
      if (hasResponse) of.responsibility[at] = terms.responsibility[k]!;
      first += p * centre;
      second += p * variance;
    });
    for (const of of components) second += of.probability[at]! * (of.mean[at]! - first) ** 2;
    mean[at] = first;
    sd[at] = Math.sqrt(second);
  }
}

type Places = Pick<VaryingPrediction, "beyondGrid" | "outside">;

/** Rounding of the index on the unit scale. */
const EDGE = 1e-12;

const isOutside = (u: number): boolean => u < -EDGE || u > 1 + EDGE;

function placesOf(fit: VaryingFit, { problem: { u } }: VaryingRows): Places {
  const { grid } = parametersOf(fit);
  let [beyondGrid, outside] = [0, 0];
  for (const at of u) {
    if (isOutside(at)) outside++;
    else if (at < grid[0]! - EDGE || at > grid.at(-1)! + EDGE) beyondGrid++;
  }
  return { beyondGrid, outside };
}

function outsideError(fit: VaryingFit, { problem, order, table }: VaryingRows): DataError {
  const { name, low, high } = fit.index;
  const first = problem.u.findIndex(isOutside);
  const value = numbersOf(table, name, name)[order[first]!]!;
  const row = rowNumber(table, order[first]!);
  return new DataError(
    `the index ${name} must lie between ${low} and ${high}, where the data are; it is ${value} in row ${row}; leave ` +
      "such rows out, or set `extrapolate` to take the coefficients at the nearest end for them",
    { column: name, row, value },
  );
}

function findingsOf({ index: { name, low, high }, grid }: VaryingFit, places: Places): Finding[] {
  const found: Finding[] = [];
  if (places.outside > 0) {
    found.push({
      code: "index-outside",
      severity: "problem",
      message:
        `${places.outside} rows lie outside ${low} … ${high}, where ${name} of the data lies: they have the ` +
        "coefficients of the nearest end, which the data say nothing about",
    });
  }
  if (places.beyondGrid > 0) {
    found.push({
      code: "index-beyond-grid",
      severity: "note",
      message:
        `${places.beyondGrid} rows lie beyond the grid, ${grid[0]} … ${grid.at(-1)} of ${name}: they have the ` +
        "coefficients of its end; a grid over the whole range would do better",
    });
  }
  return found;
}
