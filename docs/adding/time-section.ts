import type { Section } from "../../src/core/report.ts";
import type { ReportInput } from "../../src/report/input.ts";
import { section, tableOf } from "../../src/report/sections/blocks.ts";

/** How long each chain took. */
export function timeSection({ run }: ReportInput): Section[] {
  if (run === undefined) return [];
  const table = tableOf(run.chains, [
    { heading: "chain", cell: ({ chain }) => `${chain}`, words: true },
    { heading: "seconds", cell: ({ seconds }) => seconds.toFixed(1) },
  ]);
  return section("time", "Time", [{ kind: "table", caption: "Time of each chain.", table }]);
}
