import type { Table } from "../index.ts";
import type { Api, Context } from "./context.ts";

/** The rows of a table as objects, for JSON; null where a value is missing. */
export function rowsOf(table: Table): Record<string, number | string | null>[] {
  return Array.from({ length: table.rows }, (_, i) =>
    Object.fromEntries(
      [...table.columns].map(([name, column]) => {
        if (column.kind === "factor") return [name, column.levels[column.codes[i]!] ?? null];
        const value = column.values[i]!;
        return [name, Number.isNaN(value) ? null : value];
      }),
    ),
  );
}

/** Prints a table as CSV, or writes it to a file. */
export function putTable({ io }: Context, api: Api, table: Table, out: string | undefined): void {
  const text = api.formatCsv(table);
  if (out === undefined) io.stdout.write(text);
  else api.writeAtomically(out, text);
}
