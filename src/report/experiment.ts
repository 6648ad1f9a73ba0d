import type {
  ContractionCell,
  ContractionSummary,
  ExperimentSummary,
  FittedSlope,
  Rate,
} from "../core/experiment.ts";
import type { Report, ReportBlock, Section } from "../core/report.ts";
import { draw } from "./charts/frame.ts";
import { rateChart } from "./charts/rates.ts";
import { ownSections } from "./experiment-own.ts";
import { formatFixed, formatNumber, formatPercent, NOTHING } from "./format-number.ts";
import { section, type TableColumn, tableOf, text } from "./sections/blocks.ts";

/** One page on an experiment: slopes beside theory's, choices of the number of experts, ranks, coverage. */
export function buildExperimentReport(summary: ExperimentSummary): Report {
  const { name, seed, version, tasks, missing, conclusion, findings, verdict } = summary;
  return {
    title: name,
    subtitle: `${tasks - missing} of ${tasks} tasks, seed ${seed}, moebius ${version}`,
    verdict: conclusion,
    ok: verdict === "ok",
    findings,
    sections: summary.kind === "contraction" ? rateSections(summary) : ownSections(summary),
  };
}

function rateSections(summary: ContractionSummary): Section[] {
  const { rates, cells } = summary;
  return [
    ...section("rates", "How fast errors fall", rates.length > 0 ? [ratesTable(rates)] : []),
    ...section("pictures", "Errors over n", picturesOf(summary)),
    ...section("choices", "The number of experts", choicesBlocks(cells)),
    ...section("medians", "Errors at each n", mediansBlocks(cells)),
    ...section("failures", "Fits that went wrong", [failuresTable(cells)]),
  ];
}

const interval = ({ low, high }: FittedSlope): string =>
  `${formatFixed(low, 2)} to ${formatFixed(high, 2)}`;

function ratesTable(rates: readonly Rate[]): ReportBlock {
  return {
    kind: "table",
    caption:
      "Slope of log median on log n, with a 95% bootstrap interval over replicates; on log(log n / n) " +
      "beside it. Theory's rates are worst cases: an error may fall faster, so what is judged is whether it " +
      "falls no more slowly, that is whether the lower end of the interval is at or below theory's slope.",
    table: tableOf(rates, [
      { heading: "truth", cell: ({ truth }) => truth, words: true },
      { heading: "fit", cell: ({ fit }) => fit, words: true },
      { heading: "error", cell: ({ measure }) => measure, words: true },
      { heading: "slope", cell: ({ slope }) => formatFixed(slope.estimate, 3) },
      { heading: "95%", cell: ({ slope }) => interval(slope) },
      {
        heading: "on log(log n / n)",
        cell: ({ slopeOfLogRate }) =>
          slopeOfLogRate === null ? NOTHING : formatFixed(slopeOfLogRate.estimate, 3),
      },
      { heading: "theory", cell: ({ theory }) => slopeOrNothing(theory) },
      { heading: "published", cell: ({ published }) => slopeOrNothing(published) },
      { heading: "not slower", cell: verdictOf, words: true },
    ]),
  };
}

const slopeOrNothing = (slope: number | null): string =>
  slope === null ? NOTHING : formatFixed(slope, 3);

const verdictOf = ({ notSlower }: Rate): string =>
  notSlower === null ? NOTHING : notSlower ? "yes" : "no";

const GROUPS: readonly { readonly title: string; readonly holds: (measure: string) => boolean }[] =
  [
    { title: "losses and distances", holds: (m) => !/^(single|shared)_/.test(m) },
    { title: "atoms alone with their true one", holds: (m) => m.startsWith("single_") },
    { title: "atoms that share a true one", holds: (m) => m.startsWith("shared_") },
  ];

function picturesOf({ rates, cells }: ContractionSummary): ReportBlock[] {
  const pairs = [...new Set(rates.map(({ truth, fit }) => JSON.stringify([truth, fit])))];
  return pairs.flatMap((pair) => {
    const [truth, fit] = JSON.parse(pair) as [string, string];
    const own = cells.filter((cell) => cell.truth === truth && cell.fit === fit);
    return GROUPS.flatMap(({ title, holds }): ReportBlock[] => {
      const shown = rates.filter(
        (rate) => rate.truth === truth && rate.fit === fit && holds(rate.measure),
      );
      if (shown.length === 0) return [];
      const label = `${fit}, truth ${truth}: ${title}`;
      return [
        {
          kind: "chart",
          caption: `${label}. Dashed: theory's slope from the first median.`,
          chart: draw(`Log-log lines over n. ${label}.`, (page) => rateChart(own, shown, page)),
        },
      ];
    });
  });
}

function choicesBlocks(cells: readonly ContractionCell[]): ReportBlock[] {
  const items = cells.flatMap(({ truth, fit, n, choices }) =>
    choices.map((choice) => ({ truth, fit, n, ...choice })),
  );
  if (items.length === 0) return [];
  return [
    {
      kind: "table",
      caption:
        "Found: share of the replicates whose most probable number is the true one, with an exact 95% " +
        "interval. Probability: of the true number, mean over replicates.",
      table: tableOf(items, [
        { heading: "truth", cell: ({ truth }) => truth, words: true },
        { heading: "fit", cell: ({ fit }) => fit, words: true },
        { heading: "by", cell: ({ how }) => how, words: true },
        { heading: "n", cell: ({ n }) => `${n}` },
        { heading: "found", cell: ({ hits }) => formatPercent(hits.estimate) },
        {
          heading: "95%",
          cell: ({ hits }) => `${formatPercent(hits.low)} to ${formatPercent(hits.high)}`,
        },
        { heading: "probability", cell: ({ ofTruth }) => formatPercent(ofTruth) },
        { heading: "numbers", cell: ({ shares }) => sharesOf(shares), words: true },
      ]),
    },
  ];
}

const sharesOf = (shares: Readonly<Record<string, number>>): string =>
  Object.entries(shares)
    .map(([K, share]) => `${K}: ${formatPercent(share)}`)
    .join(", ");

function mediansBlocks(cells: readonly ContractionCell[]): ReportBlock[] {
  const items = cells.flatMap(({ truth, fit, n, measures }) =>
    measures.map((one) => ({ truth, fit, n, ...one })),
  );
  if (items.length === 0) return [];
  return [
    {
      kind: "table",
      caption: "The trimmed mean leaves out the lowest and the highest tenth of the replicates.",
      table: tableOf(items, [
        { heading: "truth", cell: ({ truth }) => truth, words: true },
        { heading: "fit", cell: ({ fit }) => fit, words: true },
        { heading: "error", cell: ({ measure }) => measure, words: true },
        { heading: "n", cell: ({ n }) => `${n}` },
        { heading: "median", cell: ({ median }) => formatNumber(median) },
        { heading: "trimmed mean", cell: ({ trimmedMean }) => formatNumber(trimmedMean) },
        { heading: "replicates", cell: ({ count }) => `${count}` },
      ]),
    },
  ];
}

function failuresTable(cells: readonly ContractionCell[]): ReportBlock {
  const spoilt = cells.filter(
    ({ failed, degenerate, notConverged, unsettled }) =>
      failed + degenerate + notConverged + unsettled > 0,
  );
  if (spoilt.length === 0) return text("None.");
  const count = (
    heading: string,
    of: (cell: ContractionCell) => number,
  ): TableColumn<ContractionCell> => ({ heading, cell: (cell) => `${of(cell)}` });
  return {
    kind: "table",
    caption:
      "Failed and degenerate fits are left out of all numbers. Fits that did not converge, and chains that do " +
      "not agree (R-hat above 1.05: unsettled), are kept.",
    table: tableOf(spoilt, [
      { heading: "truth", cell: ({ truth }) => truth, words: true },
      { heading: "fit", cell: ({ fit }) => fit, words: true },
      count("n", ({ n }) => n),
      count("replicates", ({ replicates }) => replicates),
      count("failed", ({ failed }) => failed),
      count("degenerate", ({ degenerate }) => degenerate),
      count("not converged", ({ notConverged }) => notConverged),
      count("unsettled", ({ unsettled }) => unsettled),
    ]),
  };
}
