import type { Command } from "commander";
import type { ModelDeclaration, Table } from "../index.ts";
import type { Api } from "./context.ts";
import { InputError } from "./input-error.ts";
import { oneOf } from "./option-values.ts";

/** How rows with missing values are treated. */
export interface MissingOptions {
  readonly na?: "drop" | "error";
}

/** Gives a command the option --na. */
export function addMissingOption(command: Command): Command {
  const read = oneOf("--na", ["drop", "error"]);
  return command.option("--na <what>", "rows with missing values: drop (default) or error", read);
}

/** Throws an InputError that names the first missing value where rows would be left out and must not be. */
export function checkMissing(
  api: Api,
  model: ModelDeclaration,
  table: Table,
  { na }: MissingOptions,
): void {
  if (na !== "error") return;
  const { table: complete, dropped } = api.compile(model, table);
  if (dropped === 0) return;
  const first = [...complete.columns.keys()]
    .map((name) => ({ name, row: firstMissing(table, name) }))
    .filter(({ row }) => row >= 0)
    .sort((a, b) => a.row - b.row)[0];
  const where = first ? `, first row ${first.row + 1} in column "${first.name}"` : "";
  throw new InputError(
    `no value of the columns used may be missing (--na error); ${dropped} of ${table.rows} rows ` +
      `lack one${where}; fill the values in, or leave those rows out with --na drop`,
  );
}

/** Index of the first row without a value in a column; -1 where there is none. */
function firstMissing(table: Table, name: string): number {
  const column = table.columns.get(name);
  if (column === undefined) return -1;
  return column.kind === "numeric"
    ? column.values.findIndex((value) => Number.isNaN(value))
    : column.codes.findIndex((code) => code < 0);
}
