import { compileReported, type Designs } from "../../models/compile.ts";
import { columnsOfKnown } from "../../models/known/index.ts";
import type { Table } from "../core/data.ts";
import type { Draws } from "../core/draws.ts";
import { DataError, UsageError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import { type DrawIndex, evenDraws } from "../core/posterior.ts";
import type { Target } from "../core/target.ts";
import { responseOf } from "../data/design.ts";
import { columnsUsed } from "../data/missing.ts";
import { selectColumns, selectRows } from "../data/table.ts";
import type { Matrix, Vector } from "../math/matrix.ts";
import { mean } from "../math/moments.ts";
import { quantileSorted, sorted } from "../math/order.ts";

/** What predictions need of a model that has met its data; a `Compiled` is one. */
export interface Fitted {
  /** Every default filled in. */
  readonly model: ModelDeclaration;
  readonly designs: Designs;
}

/** The same with as many components as these draws have columns for: what is asked of labelled components. */
export function withComponentsOf(fitted: Fitted, { variables }: Draws): Fitted {
  const components = variables.filter((name) => name.startsWith("weight[")).length;
  return { ...fitted, model: { ...fitted.model, components } };
}

/** A posterior mean and its central 90% interval, row by row. */
export interface Uncertain {
  readonly mean: Vector;
  readonly q5: Vector;
  readonly q95: Vector;
}

/** Some of the rows to predict: a target over them whose parameters are on the scale of the data. */
export interface RowBlock {
  readonly target: Target;
  /** Index of its first row. */
  readonly from: number;
}

const MOST_DRAWS = 1000;
const BLOCK_ROWS = 128;

/** The draws that predictions average over: at most `most`, evenly spread over the long chains. */
export function drawsToUse(draws: Draws, most = MOST_DRAWS): DrawIndex[] {
  if (!(Number.isInteger(most) && most >= 1)) {
    throw new UsageError(`\`draws\` must be a whole number ≥ 1; got ${most}`);
  }
  if (draws.chains.every(({ iterations }) => iterations === 0)) {
    throw new UsageError("at least one chain must have draws to predict from; none has");
  }
  return evenDraws(draws, most);
}

/**
 * The rows in blocks, so that memory stays small. The response is NaN where the table has none.
 * Throws a DataError for missing columns, unseen levels and missing values of a covariate.
 */
export function* rowBlocks({ model, designs }: Fitted, table: Table): Generator<RowBlock> {
  if (table.rows === 0) throw new DataError("the table must have rows to predict; it has none");
  const y = observedResponse(designs, table);
  const covariates = covariatesOf({ model, designs }, table);
  for (let from = 0; from < table.rows; from += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, table.rows - from);
    const rows = selectRows(
      covariates,
      Array.from({ length: count }, (_, i) => from + i),
    );
    const target = compileReported(model, designs, rows);
    target.expert.y.set(y.subarray(from, from + count));
    yield { target, from };
  }
}

/** The columns that experts, gate and known density read, without those of the response. */
export function covariatesOf({ model, designs }: Fitted, table: Table): Table {
  const used = [designs.experts, designs.gate].flatMap((plan) => columnsUsed(plan, "design"));
  const index = model.varying === undefined ? [] : [model.varying.index];
  return selectColumns(table, [...new Set([...used, ...columnsOfKnown(model), ...index])]);
}

/** The response of each row, NaN where a column that it needs is absent or has no value. */
export function observedResponse(designs: Designs, table: Table): Vector {
  const out = new Float64Array(table.rows).fill(Number.NaN);
  const names = columnsUsed(designs.experts, "response");
  const columns = names.map((name) => table.columns.get(name));
  const has = (i: number): boolean =>
    columns.every((column) => {
      if (column === undefined) return false;
      return column.kind === "numeric" ? !Number.isNaN(column.values[i]!) : column.codes[i]! >= 0;
    });
  const rows = Array.from({ length: table.rows }, (_, i) => i).filter(has);
  if (rows.length === 0) return out;
  const y = responseOf(designs.experts, selectRows(selectColumns(table, names), rows));
  rows.forEach((i, at) => {
    out[i] = y[at]!;
  });
  return out;
}

export function uncertain(rows: number): Uncertain {
  const vector = () => new Float64Array(rows);
  return { mean: vector(), q5: vector(), q95: vector() };
}

/** Writes mean and quantiles over the draws (values: n × S) at rows `from` … of out. */
export function summarizeDraws(
  { rows, columns, data }: Matrix,
  from: number,
  out: Uncertain,
): void {
  for (let i = 0; i < rows; i++) {
    const ascending = sorted(data.subarray(i * columns, (i + 1) * columns));
    out.mean[from + i] = mean(ascending);
    out.q5[from + i] = quantileSorted(ascending, 0.05);
    out.q95[from + i] = quantileSorted(ascending, 0.95);
  }
}
