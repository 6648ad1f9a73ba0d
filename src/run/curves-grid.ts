import type { Designs } from "../../models/compile.ts";
import { columnsOfKnown } from "../../models/known/index.ts";
import type { Column, FactorColumn, Table } from "../core/data.ts";
import { columnsIn } from "../data/expression.ts";
import { columnsUsed } from "../data/missing.ts";
import { columnOf } from "../data/table.ts";
import type { Vector } from "../math/matrix.ts";
import { median } from "../math/order.ts";
import type { Fitted } from "./predict-rows.ts";

/** Rows along one covariate, the others held. */
export interface CovariateGrid {
  readonly x: string;
  readonly grid: Vector;
  readonly table: Table;
  /** What the other covariates are held at, in words; absent when there are none. */
  readonly held?: string;
}

const SHOWN_DIGITS = 4;

/**
 * The covariate that pictures are drawn over: the first numeric one that experts and gate share, otherwise the
 * first of the experts, otherwise of the gate. Undefined where there is none; numbers used as levels do not count. Where
 * coefficients are functions, the index.
 */
export function mainCovariate(designs: Designs, table: Table): string | undefined {
  if (designs.functions !== undefined) return designs.functions.index.name;
  const levels = columnsUsedAsLevels(designs);
  const numeric = (name: string): boolean =>
    columnOf(table, name).kind === "numeric" && !levels.has(name);
  const experts = columnsUsed(designs.experts, "design").filter(numeric);
  const gate = columnsUsed(designs.gate, "design").filter(numeric);
  return experts.find((name) => gate.includes(name)) ?? experts[0] ?? gate[0];
}

/** `points` values from the least to the greatest of column x; the others at their median or commonest level. */
export function covariateGrid(
  { model, designs }: Fitted,
  table: Table,
  x: string,
  points: number,
): CovariateGrid {
  const grid = evenly(numbers(columnOf(table, x)), points);
  const used = [designs.experts, designs.gate].flatMap((plan) => columnsUsed(plan, "design"));
  const index = model.varying === undefined ? [] : [model.varying.index];
  const others = [...new Set([...used, ...columnsOfKnown(model), ...index])].filter(
    (name) => name !== x,
  );
  const levels = columnsUsedAsLevels(designs);
  const columns = new Map<string, Column>([[x, { kind: "numeric", values: grid }]]);
  const words: string[] = [];
  for (const name of others) {
    const { column, text } = hold(columnOf(table, name), levels.has(name), points);
    columns.set(name, column);
    words.push(`${name} = ${text}`);
  }
  const held = words.length === 0 ? {} : { held: words.join(", ") };
  return { x, grid, table: { rows: points, columns }, ...held };
}

/** Columns that some factor of a formula is made of, such as year in factor(year), or that count trials. */
export function columnsUsedAsLevels(designs: Designs): Set<string> {
  const names = new Set<string>();
  for (const { variables, trials } of [designs.experts, designs.gate]) {
    if (trials !== undefined) columnsIn(trials, names);
    for (const variable of variables) if (variable.kind === "factor") columnsIn(variable.of, names);
  }
  return names;
}

function numbers(column: Column): Vector {
  return column.kind === "numeric"
    ? column.values.filter((value) => !Number.isNaN(value))
    : new Float64Array();
}

function evenly(values: Vector, points: number): Vector {
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  return Float64Array.from({ length: points }, (_, j) => {
    const weight = points === 1 ? 0.5 : j / (points - 1);
    return (1 - weight) * low + weight * high;
  });
}

/** The column with one value in every row: its median, or what occurs most often. */
export function hold(
  column: Column,
  asLevel: boolean,
  rows: number,
): { column: Column; text: string } {
  if (column.kind === "factor") {
    const code = commonest(column.codes.filter((of) => of >= 0));
    return { column: constantFactor(column, code, rows), text: column.levels[code]! };
  }
  const value = asLevel ? commonest(numbers(column)) : median(numbers(column));
  const values = new Float64Array(rows).fill(value);
  const text = String(asLevel ? value : Number(value.toPrecision(SHOWN_DIGITS)));
  return { column: { kind: "numeric", values }, text };
}

function constantFactor({ levels }: FactorColumn, code: number, rows: number): FactorColumn {
  return { kind: "factor", levels, codes: new Int32Array(rows).fill(code) };
}

/** The value that occurs most often; of several the least. */
function commonest(values: Int32Array | Vector): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [[first]] = [...counts].sort(([a, m], [b, n]) => n - m || a - b) as [[number, number]];
  return first;
}
