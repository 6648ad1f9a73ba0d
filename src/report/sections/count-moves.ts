import type { Departure } from "../../../diagnostics/count-moves.ts";
import type { ReportBlock, Section } from "../../core/report.ts";
import { formatCount, formatNumber, NOTHING } from "../format-number.ts";
import type { CountReport, ReportInput } from "../input.ts";
import { section, tableOf } from "./blocks.ts";

/** How chains moved between numbers of experts: whether any could have been stuck with one. */
export function countMovesSection({ count }: ReportInput): Section[] {
  if (count === undefined) return [];
  return section("count-moves", "Moves between numbers of experts", [
    count.departures.length > 0 ? departureTable(count) : undefined,
    transitionTable(count),
  ]);
}

function departureTable({ departures, mode }: CountReport): ReportBlock {
  return {
    kind: "table",
    caption:
      "Where each chain started, after how many iterations (warm-up included) it first had " +
      `another number of experts, and when it first had the likeliest, ${mode}.`,
    table: tableOf<Departure>(departures, [
      { heading: "chain", cell: ({ chain }) => `${chain}`, words: true },
      { heading: "start", cell: ({ start }) => start, words: true },
      { heading: "K at the start", cell: ({ from }) => `${from}` },
      { heading: "left it after", cell: ({ left }) => iterations(left) },
      { heading: `first K = ${mode} at`, cell: ({ reachedMode }) => iterations(reachedMode) },
    ]),
  };
}

function iterations(count: number): string {
  if (Number.isNaN(count)) return "never";
  return count === 0 ? "the start" : formatCount(count);
}

/** Of the draws with so many experts, which share is followed by a draw with how many. */
function transitionTable({ transitions, max }: CountReport): ReportBlock | undefined {
  const at = (from: number, to: number): number => transitions.data[(from - 1) * max + to - 1]!;
  const all = Array.from({ length: max }, (_, k) => k + 1);
  const left = (from: number): number => all.reduce((total, to) => total + at(from, to), 0);
  const met = all.filter((K) => left(K) > 0 || all.some((from) => at(from, K) > 0));
  if (met.length < 2) return undefined;
  return {
    kind: "table",
    caption:
      "Of the draws with so many experts (rows), the percentage that is followed by a draw with " +
      "so many (columns).",
    table: tableOf(met, [
      { heading: "from K", cell: (from) => `${from}`, words: true },
      { heading: "draws", cell: (from) => formatCount(left(from)) },
      ...met.map((to) => ({
        heading: `to ${to}`,
        cell: (from: number) => share(at(from, to), left(from)),
      })),
    ]),
  };
}

function share(moves: number, of: number): string {
  return moves === 0 ? NOTHING : `${formatNumber((100 * moves) / of, 2)}%`;
}
