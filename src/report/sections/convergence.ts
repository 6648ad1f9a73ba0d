import { sentence } from "../../../diagnostics/findings/wording.ts";
import type { ReportBlock, Section } from "../../core/report.ts";
import { rankPlot, tracePlot, tracePoints } from "../charts/chains.ts";
import { draw } from "../charts/frame.ts";
import { formatCount, formatEstimate, formatFixed, formatNumber } from "../format-number.ts";
import type { ReportInput, VariableSummary } from "../input.ts";
import { acceptedShare, movesOf, moveWords } from "../move-words.ts";
import { section, type TableColumn, tableOf, thinnedNote } from "./blocks.ts";
import { elpdLine } from "./checks.ts";

const supported = (of: (v: VariableSummary) => number) => (v: VariableSummary) =>
  formatEstimate(of(v), v.mcse_mean);

/** The columns of the summary table, on screen and on paper. */
export const SUMMARY_COLUMNS: readonly TableColumn<VariableSummary>[] = [
  { heading: "variable", cell: ({ name }) => name, words: true },
  { heading: "mean", cell: supported(({ mean }) => mean) },
  { heading: "median", cell: supported(({ median }) => median) },
  { heading: "sd", cell: supported(({ sd }) => sd) },
  { heading: "mad", cell: supported(({ mad }) => mad) },
  { heading: "q5", cell: supported(({ q5 }) => q5) },
  { heading: "q95", cell: supported(({ q95 }) => q95) },
  { heading: "rhat", cell: ({ rhat }) => formatFixed(rhat, 3) },
  { heading: "ess_bulk", cell: ({ ess_bulk }) => formatCount(ess_bulk) },
  { heading: "ess_tail", cell: ({ ess_tail }) => formatCount(ess_tail) },
  { heading: "mcse_mean", cell: ({ mcse_mean }) => formatNumber(mcse_mean, 2) },
];

/** What the draws say of each variable and how far they can be trusted. */
export function summarySection(input: ReportInput): Section[] {
  const { variables } = input;
  if (variables.length === 0) return [];
  return section("posterior", "Posterior summary", [
    {
      kind: "table",
      caption:
        "All chains together. Estimates are shown to the digits that their Monte Carlo error " +
        "(mcse_mean) supports. rhat near 1 (below 1.01): the chains agree; ess: how many " +
        "independent draws they are worth in the bulk and in the tails.",
      table: tableOf(variables, SUMMARY_COLUMNS),
    },
    elpdLine(input),
  ]);
}

/** The chains drawn: the same place and the same spread, or not. */
export function chainSection({ traces, run }: ReportInput): Section[] {
  const drawn = traces.filter(({ chains }) => chains.some((chain) => chain.length > 0));
  return section("chains", "Chains", [
    ...(drawn.length > 0 ? [rankChart(drawn), traceChart(drawn)] : []),
    ...(run && run.chains.length > 0
      ? [chainTable(run), acceptanceTable(run), moveNotes(run)]
      : []),
  ]);
}

const names = (traces: ReportInput["traces"]): string => traces.map(({ name }) => name).join(", ");

const rankChart = (traces: ReportInput["traces"]): ReportBlock => ({
  kind: "chart",
  caption:
    "Ranks of the draws of each chain among those of all chains. All bars near the dashed line: " +
    "the chains agree. Grey: where 95% of the bars would be if the draws were independent.",
  chart: draw(`Rank histograms by chain of ${names(traces)}`, (page) => rankPlot(traces, page)),
});

function traceChart(traces: ReportInput["traces"]): ReportBlock {
  const longest = Math.max(...traces.flatMap(({ chains }) => chains.map((c) => c.length)));
  const note = thinnedNote(longest, Math.min(...traces.map(tracePoints)), "draws a chain");
  return {
    kind: "chart",
    caption: `The draws in their order: level, overlapping and without long waves is good.${note}`,
    chart: draw(`Traces by chain of ${names(traces)}`, (page) => tracePlot(traces, page)),
  };
}

function chainTable({ chains }: NonNullable<ReportInput["run"]>): ReportBlock {
  const failed = chains.flatMap(({ chain, error }) => (error ? [`Chain ${chain}: ${error}`] : []));
  return {
    kind: "table",
    caption: ["How each chain went.", ...failed].join(" "),
    table: tableOf(chains, [
      { heading: "chain", cell: ({ chain }) => `${chain}`, words: true },
      { heading: "start", cell: ({ start }) => start, words: true },
      { heading: "status", cell: ({ status }) => status, words: true },
      { heading: "draws", cell: ({ draws }) => formatCount(draws) },
      { heading: "seconds", cell: ({ seconds }) => formatNumber(seconds, 2) },
    ]),
  };
}

/** What the chains have settled on in warm-up, one sentence a move and choice. */
function moveNotes({ chains }: NonNullable<ReportInput["run"]>): ReportBlock | undefined {
  const chainsBy = new Map<string, number[]>();
  for (const { chain, moves = [] } of chains) {
    for (const { move, words } of moves) {
      const said = `${moveWords(move)}: ${words}`;
      chainsBy.set(said, [...(chainsBy.get(said) ?? []), chain]);
    }
  }
  if (chainsBy.size === 0) return undefined;
  const all = (of: readonly number[]) => of.length === chains.length;
  const sentences = [...chainsBy].map(([said, of]) =>
    sentence(all(of) ? said : `chain ${of.join(", ")}, ${said}`),
  );
  return { kind: "text", text: sentences.join(" ") };
}

/** A row a move, a column a chain. */
function acceptanceTable({ chains }: NonNullable<ReportInput["run"]>): ReportBlock | undefined {
  const moves = movesOf(chains);
  if (moves.length === 0) return undefined;
  return {
    kind: "table",
    caption: "The share of its proposals that each move had accepted, after warm-up.",
    table: tableOf(moves, [
      { heading: "accepted", cell: moveWords, words: true },
      ...chains.map(({ chain, acceptance }) => ({
        heading: `chain ${chain}`,
        cell: (move: string) => acceptedShare(acceptance[move]),
      })),
    ]),
  };
}
