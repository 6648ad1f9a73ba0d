import type { Column, FactorColumn, Table } from "../core/data.ts";
import { DataError, UsageError } from "../core/errors.ts";
import type { DesignPlan } from "../data/design.ts";
import { columnsUsed } from "../data/missing.ts";
import { columnOf, rowNumber } from "../data/table.ts";

/** Rows at most that probabilities are drawn and told at. */
const MOST_ROWS = 100;

/**
 * Each row of a table as what the gate reads of it. Throws a DataError for a missing column, a UsageError for a missing value
 * or no row, or too many.
 */
export function rowsRead(gate: DesignPlan, table: Table): Record<string, number | string>[] {
  const names = columnsUsed(gate, "design");
  if (!(table.rows >= 1 && table.rows <= MOST_ROWS)) {
    throw new UsageError(
      `probabilities must be asked for at 1 to ${MOST_ROWS} rows; got ${table.rows}`,
      { rows: table.rows },
    );
  }
  return Array.from({ length: table.rows }, (_, i) =>
    Object.fromEntries(names.map((name) => [name, cellOf(table, name, i)])),
  );
}

/** Throws as `rowsRead`, and a UsageError where the gate reads nothing, so that all rows would have the same. */
export function checkRowsAsked(gate: DesignPlan, table: Table): void {
  if (rowsRead(gate, table).some((row) => Object.keys(row).length > 0)) return;
  throw new UsageError(
    "probabilities can be asked for at covariates of the gate only; it has none; leave out these rows, or give the gate terms",
  );
}

/** What the gate reads of the rows of two tables, one after the other. Throws a DataError for a column that is of two kinds. */
export function stackedRows(gate: DesignPlan, first: Table, second: Table): Table {
  const columns = columnsUsed(gate, "design").map((name): [string, Column] => {
    const [above, below] = [columnOf(first, name), columnOf(second, name)];
    if (above.kind === "numeric" && below.kind === "numeric") {
      return [name, { kind: "numeric", values: Float64Array.of(...above.values, ...below.values) }];
    }
    if (above.kind === "factor" && below.kind === "factor") return [name, stacked(above, below)];
    throw new DataError(
      `the column ${name} must be ${above.kind}, as in the data; it is ${below.kind} in the rows that probabilities are ` +
        "asked for at",
      { column: name },
    );
  });
  return { rows: first.rows + second.rows, columns: new Map(columns) };
}

function stacked(above: FactorColumn, below: FactorColumn): FactorColumn {
  const levels = [...new Set([...above.levels, ...below.levels])];
  const codes = [...below.codes].map((code) =>
    code < 0 ? code : levels.indexOf(below.levels[code]!),
  );
  return { kind: "factor", levels, codes: Int32Array.of(...above.codes, ...codes) };
}

function cellOf(table: Table, name: string, i: number): number | string {
  const column = columnOf(table, name);
  const value = column.kind === "numeric" ? column.values[i]! : column.levels[column.codes[i]!];
  if (value !== undefined && !Number.isNaN(value)) return value;
  throw new UsageError(
    `rows that probabilities are asked for at must have all covariates of the gate; ${name} is missing in row ` +
      `${rowNumber(table, i)}`,
    { column: name },
  );
}
