import type { CalibrationSummary, CoverageSummary } from "../core/experiment.ts";
import type { ChartSpec, ReportBlock, Section } from "../core/report.ts";
import { data, draw, layered, type Page } from "./charts/frame.ts";
import { formatNumber, formatPercent, NOTHING } from "./format-number.ts";
import { section, tableOf, text } from "./sections/blocks.ts";
import { colour } from "./theme.ts";

/** Sections of an experiment on a user's own model and design. */
export function ownSections(summary: CalibrationSummary | CoverageSummary): Section[] {
  return summary.kind === "calibration" ? calibration(summary) : coverage(summary);
}

function calibration({ variables, replicates, failed, ess }: CalibrationSummary): Section[] {
  return [
    ...section("ranks", "Ranks of what the prior drew", [
      {
        kind: "table",
        caption:
          "Over data drawn from the prior predictive, the rank of the true value among posterior draws is " +
          "uniform. p: Pearson's chi-squared test; judged at 0.01 over all variables together.",
        table: tableOf(variables, [
          { heading: "variable", cell: ({ variable }) => variable, words: true },
          {
            heading: "p",
            cell: ({ pValue }) => (pValue === null ? NOTHING : formatNumber(pValue)),
          },
          {
            heading: "ranks, from low to high",
            cell: ({ counts }) => counts.join(" "),
            words: true,
          },
        ]),
      },
    ]),
    ...section("failures", "Replicates", [
      text(
        `${replicates} replicates; ${failed} failed. Median of the least effective sample size: ` +
          `${ess === null ? NOTHING : formatNumber(ess)}.`,
      ),
    ]),
  ];
}

function coverage({ variables, level, replicates, failed, method }: CoverageSummary): Section[] {
  if (variables.length === 0) return [];
  return [
    ...section("coverage", "How often intervals hold the truth", [
      {
        kind: "table",
        caption:
          `Stated: ${formatPercent(level)}, ${method === "mle" ? "Wald intervals" : "equal-tailed posterior intervals"}. ` +
          "The interval of each share is exact, 95%.",
        table: tableOf(variables, [
          { heading: "variable", cell: ({ variable }) => variable, words: true },
          { heading: "held", cell: ({ share }) => formatPercent(share.estimate) },
          {
            heading: "95%",
            cell: ({ share }) => `${formatPercent(share.low)} to ${formatPercent(share.high)}`,
          },
          { heading: "mean length", cell: ({ meanLength }) => formatNumber(meanLength) },
          { heading: "replicates", cell: ({ count }) => `${count}` },
          { heading: "", cell: ({ asStated }) => (asStated ? "" : "off"), words: true },
        ]),
      },
      coverageChart(variables, level),
    ]),
    ...section("failures", "Replicates", [
      text(`${replicates} replicates; ${failed} without intervals.`),
    ]),
  ];
}

function coverageChart(variables: CoverageSummary["variables"], level: number): ReportBlock {
  const spec = (page: Page): ChartSpec => {
    const y = { field: "variable", type: "nominal", title: null, sort: null };
    const x = {
      field: "share",
      type: "quantitative",
      title: "Held",
      axis: { format: ".0%" },
      scale: { zero: false },
    };
    const values = data(variables.length, (i) => {
      const { variable, share } = variables[i]!;
      return { variable, share: share.estimate, low: share.low, high: share.high };
    });
    return layered(page, 40 + 18 * variables.length, [
      {
        data: data(1, () => ({ share: level })),
        mark: { type: "rule", strokeDash: [4, 3], color: colour("soft") },
        encoding: { x },
      },
      {
        data: values,
        mark: { type: "rule", strokeWidth: 2, color: colour("accent") },
        encoding: { x: { ...x, field: "low" }, x2: { field: "high" }, y },
      },
      {
        data: values,
        mark: { type: "point", filled: true, size: 40, color: colour("accent") },
        encoding: { x, y },
      },
    ]);
  };
  return {
    kind: "chart",
    caption: "Dashed: the stated level.",
    chart: draw(`Shares of intervals that hold the truth, a row a variable.`, spec),
  };
}
