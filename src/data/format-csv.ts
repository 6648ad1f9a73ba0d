import type { Column, Table } from "../core/data.ts";
import { cellText } from "./table.ts";

const NEEDS_QUOTES = /[",;\t\r\n]|^\s|\s$/;

/**
 * The table as CSV text: LF line ends, `NA` where missing, numbers in full precision. `parseTable` gives
 * the same table back, given the names of those factors whose levels all look like numbers.
 */
export function formatCsv(table: Table): string {
  const columns = [...table.columns.values()].map(cellWriter);
  const lines = [[...table.columns.keys()].map(quoted).join(",")];
  for (let i = 0; i < table.rows; i++) lines.push(columns.map((write) => write(i)).join(","));
  return `${lines.join("\n")}\n`;
}

function cellWriter(column: Column): (row: number) => string {
  if (column.kind === "numeric") return (row) => cellText(column, row);
  const levels = column.levels.map(quoted);
  return (row) => levels[column.codes[row]!] ?? "NA";
}

function quoted(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
