import type { Column, NumericColumn, Table } from "../core/data.ts";
import { DataError } from "../core/errors.ts";
import { factorBuilder, isMissing, toNumber } from "./cells.ts";
import { suggestion } from "./closest.ts";

/** What a cell may hold when a table is made in code; null, undefined, NaN, "" and "NA" are missing. */
export type Cell = number | string | boolean | null | undefined;

/**
 * A table from arrays of equal length: a column of numbers is numeric, one with any text or booleans
 * is a factor with sorted levels. Throws a DataError for infinite numbers and unequal lengths.
 */
export function tableFrom(columns: Readonly<Record<string, ArrayLike<Cell>>>): Table {
  const entries = Object.entries(columns);
  const names = checkNames(
    entries.map(([name]) => name),
    "the table",
  );
  const [firstName, first] = entries[0]!;
  if (first.length === 0) throw new DataError(`the table must have rows; "${firstName}" has none`);
  const made = new Map<string, Column>();
  entries.forEach(([, cells], index) => {
    const name = names[index]!;
    if (cells.length !== first.length) {
      throw new DataError(
        `columns must have equal lengths; "${firstName}" has ${first.length} values, ` +
          `"${name}" has ${cells.length}`,
        { [firstName]: first.length, [name]: cells.length },
      );
    }
    made.set(name, columnFrom(name, cells));
  });
  return { rows: first.length, columns: made };
}

function columnFrom(name: string, cells: ArrayLike<Cell>): Column {
  for (let i = 0; i < cells.length; i++) {
    if (typeof cells[i] === "string" || typeof cells[i] === "boolean") return factorFrom(cells);
  }
  const values = Float64Array.from(cells, (cell) => (cell == null ? NaN : Number(cell)));
  const infinite = values.findIndex((value) => Math.abs(value) === Infinity);
  if (infinite >= 0) throw notFinite("the table", name, infinite + 1, String(values[infinite]));
  return { kind: "numeric", values };
}

function factorFrom(cells: ArrayLike<Cell>): Column {
  const builder = factorBuilder(cells.length);
  for (let i = 0; i < cells.length; i++) {
    const label = cells[i] == null ? "" : String(cells[i]);
    if (!isMissing(label)) builder.push(i, label);
  }
  return builder.finish(cells.length);
}

/** The error for an infinite number; rows count from 1, the header not included. */
export function notFinite(source: string, name: string, row: number, found: string): DataError {
  return new DataError(
    `${source}: numbers must be finite; got ${found} in row ${row} of column "${name}"; ` +
      "write NA if the value is not known",
    { column: name, row, found },
  );
}

/** The names without surrounding blanks; throws a DataError if there are none, or one is empty or repeated. */
export function checkNames(names: readonly string[], source: string): string[] {
  if (names.length === 0) throw new DataError(`${source} must have at least one column; got none`);
  const trimmed = names.map((name) => name.trim());
  trimmed.forEach((name, index) => {
    if (name === "") {
      throw new DataError(
        `${source}: every column must have a name; column ${index + 1} of ${names.length} has none`,
        { column: index + 1 },
      );
    }
    const before = trimmed.indexOf(name);
    if (before < index) {
      throw new DataError(
        `${source}: column names must differ; "${name}" is the name of columns ` +
          `${before + 1} and ${index + 1}`,
        { name, columns: [before + 1, index + 1] },
      );
    }
  });
  return trimmed;
}

/** The column of that name; throws a DataError that lists the columns and the nearest name. */
export function columnOf(table: Table, name: string): Column {
  const column = table.columns.get(name);
  if (column !== undefined) return column;
  const known = [...table.columns.keys()];
  throw new DataError(
    `column "${name}" must be in the table; columns: ${known.join(", ")}${suggestion(name, known)}`,
    { column: name, columns: known },
  );
}

/** The numbers of a column, for the term `label`; throws a DataError that shows the first text in a factor. */
export function numbersOf(table: Table, name: string, label: string): NumericColumn["values"] {
  const column = columnOf(table, name);
  if (column.kind === "numeric") return column.values;
  const isText = column.levels.map((level) => !Number.isFinite(toNumber(level) ?? NaN));
  const row = Math.max(
    0,
    column.codes.findIndex((code) => code >= 0 && isText[code]),
  );
  const use = label === name ? "" : ` to compute ${label}`;
  throw new DataError(
    `column "${name}" must be numeric${use}; it holds text: "${cellText(column, row)}" ` +
      `in row ${rowNumber(table, row)}`,
    { column: name, row: rowNumber(table, row) },
  );
}

/** A cell in words: a number, a level, or "NA". */
export function cellText(column: Column, row: number): string {
  if (column.kind === "factor") return column.levels[column.codes[row]!] ?? "NA";
  const value = column.values[row]!;
  if (Number.isNaN(value)) return "NA";
  return Object.is(value, -0) ? "-0" : String(value);
}

/** The given rows (0-based) in that order; factors keep all their levels. */
export function selectRows(table: Table, rows: ArrayLike<number>): Table {
  const columns = new Map<string, Column>();
  for (const [name, column] of table.columns) {
    columns.set(
      name,
      column.kind === "numeric"
        ? { kind: "numeric", values: Float64Array.from(rows, (i) => column.values[i]!) }
        : {
            kind: "factor",
            levels: column.levels,
            codes: Int32Array.from(rows, (i) => column.codes[i]!),
          },
    );
  }
  return {
    rows: rows.length,
    columns,
    rowNumbers: Int32Array.from(rows, (i) => rowNumber(table, i)),
  };
}

/** The number of row i (0-based) for messages: counted from 1, in the table that it was first part of. */
export function rowNumber({ rowNumbers }: Table, i: number): number {
  return rowNumbers?.[i] ?? i + 1;
}

/** The named columns in that order, not copied; throws a DataError for an unknown one. */
export function selectColumns(table: Table, names: readonly string[]): Table {
  return {
    rows: table.rows,
    columns: new Map(names.map((name) => [name, columnOf(table, name)])),
    ...(table.rowNumbers && { rowNumbers: table.rowNumbers }),
  };
}
