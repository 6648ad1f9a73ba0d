import type { Column, Table } from "../core/data.ts";
import { DataError } from "../core/errors.ts";
import { columnsIn, type Expression } from "./expression.ts";
import { columnOf, selectRows } from "./table.ts";

/** The parts of a design plan that read columns. */
interface Reader {
  readonly response?: Expression;
  readonly variables: readonly { readonly of: Expression }[];
  readonly offsets: readonly Expression[];
  readonly trials?: Expression;
}

/** Names of the columns that a plan reads: for its response, for its design, or both (the response first). */
export function columnsUsed(
  { response, variables, offsets, trials }: Reader,
  part: "both" | "response" | "design" = "both",
): string[] {
  const left = response === undefined || part === "design" ? [] : [response];
  const right = part === "response" ? [] : [...variables.map(({ of }) => of), ...offsets];
  if (part !== "response" && trials !== undefined) right.push(trials);
  const names = new Set<string>();
  for (const e of [...left, ...right]) columnsIn(e, names);
  return [...names];
}

/**
 * The rows that have a value in each of the named columns, and how many were left out; the table itself
 * where none was. Throws a DataError if no row remains.
 */
export function completeRows(
  table: Table,
  columns: readonly string[],
): { readonly table: Table; readonly dropped: number } {
  const used = columns.map((name) => columnOf(table, name));
  if (used.every(isComplete)) return { table, dropped: 0 };
  const kept: number[] = [];
  for (let i = 0; i < table.rows; i++) if (used.every((column) => has(column, i))) kept.push(i);
  if (kept.length === 0) {
    throw new DataError(
      `at least one row must have a value in each of the columns used; none of ${table.rows} has; ` +
        `missing: ${columns.map((name, j) => `${missingIn(used[j]!)} in ${name}`).join(", ")}`,
    );
  }
  return { table: selectRows(table, kept), dropped: table.rows - kept.length };
}

function has(column: Column, row: number): boolean {
  return column.kind === "numeric" ? !Number.isNaN(column.values[row]) : column.codes[row]! >= 0;
}

function isComplete(column: Column): boolean {
  const rows = column.kind === "numeric" ? column.values.length : column.codes.length;
  for (let i = 0; i < rows; i++) if (!has(column, i)) return false;
  return true;
}

function missingIn(column: Column): number {
  return column.kind === "numeric"
    ? column.values.filter(Number.isNaN).length
    : column.codes.filter((code) => code < 0).length;
}
