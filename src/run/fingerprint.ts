import { createHash } from "node:crypto";
import type { Column, Table } from "../core/data.ts";
import { littleEndian } from "./bytes.ts";

/** SHA-256 of a table: its columns by name, their kinds, levels and values; their order does not matter. */
export function sha256Of(table: Table): string {
  const hash = createHash("sha256");
  const byName = [...table.columns].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, column] of byName) {
    hash.update(`${JSON.stringify({ name, ...headOf(column), rows: table.rows })}\n`);
    hash.update(littleEndian(column.kind === "numeric" ? column.values : column.codes));
  }
  return hash.digest("hex");
}

function headOf(column: Column) {
  return column.kind === "numeric"
    ? { kind: column.kind }
    : { kind: column.kind, levels: column.levels };
}
