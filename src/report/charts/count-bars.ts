import type { ChartSpec } from "../../core/report.ts";
import type { CountCheck } from "../input.ts";
import { colour } from "../theme.ts";
import { data, extent, layered, type Page } from "./frame.ts";

/**
 * Rows by count as bars, with the range of the replicates at each: a rootogram whose bars stand. Source: [kleiber2016].
 */
export function countBars(counts: CountCheck, response: string, page: Page): ChartSpec {
  const { from, width, data: observed, replicates } = counts;
  const end = from[from.length - 1]! + width;
  const [, top] = extent(observed, replicates.q95);
  const x = {
    field: "middle",
    type: "quantitative",
    title: response,
    scale: { domain: [-0.5, end - 0.5], nice: false, zero: false },
    axis: { format: "~r", tickMinStep: 1 },
  };
  const y = {
    type: "quantitative",
    title: "Rows (square-root scale)",
    scale: { type: "sqrt", domain: [0, 1.05 * top], nice: false },
    axis: { tickMinStep: 1 },
  };
  const bars = data(from.length, (bar) => ({
    low: from[bar]! - 0.42,
    high: from[bar]! + width - 0.58,
    middle: from[bar]! + (width - 1) / 2,
    rows: observed[bar]!,
    zero: 0,
    median: replicates.median[bar]!,
    q5: replicates.q5[bar]!,
    q95: replicates.q95[bar]!,
  }));
  return layered(page, 260, [
    {
      data: bars,
      mark: { type: "rect", color: colour("accent"), opacity: 0.45 },
      encoding: {
        x: { ...x, field: "low" },
        x2: { field: "high" },
        y: { ...y, field: "zero" },
        y2: { field: "rows" },
      },
    },
    {
      data: bars,
      mark: { type: "rule", color: colour("ink"), strokeWidth: 1.5 },
      encoding: { x, y: { ...y, field: "q5" }, y2: { field: "q95" } },
    },
    {
      data: bars,
      mark: { type: "point", filled: true, color: colour("ink"), opacity: 1, size: 24 },
      encoding: { x, y: { ...y, field: "median" } },
    },
  ]);
}
