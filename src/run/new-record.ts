import type { Compiled } from "../../models/compile.ts";
import { recorderOf } from "./chain.ts";
import { sha256Of } from "./fingerprint.ts";
import { RUN_FORMAT, type RunRecord } from "./run-record.ts";
import { NOTHING_YET } from "./session.ts";
import type { Plan } from "./settings.ts";
import { version } from "./version.ts";

/** The record of a run that has not begun. */
export function newRecord(
  compiled: Compiled,
  { settings, starts }: Plan,
  source: string,
): RunRecord {
  const { model, table, dropped } = compiled;
  const factors: Record<string, readonly string[]> = {};
  for (const [name, column] of table.columns) {
    if (column.kind === "factor") factors[name] = column.levels;
  }
  return {
    program: "moebius",
    format: RUN_FORMAT,
    version,
    created: new Date().toISOString(),
    status: "running",
    seconds: 0,
    model,
    settings,
    data: { source, rows: table.rows, dropped, sha256: sha256Of(table) },
    factors,
    variables: recorderOf(compiled).variables,
    chains: starts.map((start, c) => ({ chain: c + 1, start, status: "partial", ...NOTHING_YET })),
  };
}
