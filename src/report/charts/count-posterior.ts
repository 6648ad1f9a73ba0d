import type { CountPosterior } from "../../../diagnostics/count-posterior.ts";
import type { ChartSpec } from "../../core/report.ts";
import { colour } from "../theme.ts";
import { data, extent, layered, type Page } from "./frame.ts";

const PRIOR = "Prior of K";
const POSTERIOR = "Posterior of K";
const FILLED = "Posterior of K₊";
const SERIES = [PRIOR, POSTERIOR, FILLED];

/** What a bar says, and where it stands: from `left` to `right` of its number. */
interface Bars {
  readonly series: string;
  readonly left: number;
  readonly right: number;
  readonly heights: readonly number[];
  readonly errors: readonly number[];
}

/** The numbers of components 1 … `shown` with prior and posterior side by side, and Monte Carlo errors. */
export function countPosteriorBars(count: CountPosterior, shown: number, page: Page): ChartSpec {
  const exact = count.prior.map(() => 0);
  const bars: Bars[] = [
    { series: PRIOR, left: -0.4, right: -0.14, heights: count.prior, errors: exact },
    { series: POSTERIOR, left: -0.13, right: 0.13, heights: count.probability, errors: count.mcse },
    { series: FILLED, left: 0.14, right: 0.4, heights: count.filled, errors: count.mcseFilled },
  ];
  const [, top] = extent(...bars.map(({ heights }) => heights.slice(0, shown)));
  const rows = data(bars.length * shown, (i) => barOf(bars[i % bars.length]!, i, bars.length));
  const x = {
    type: "quantitative",
    title: "Number of experts",
    scale: { domain: [0.5, shown + 0.5], nice: false, zero: false },
    axis: { format: "d", tickMinStep: 1 },
  };
  const y = {
    type: "quantitative",
    title: "Probability",
    scale: { domain: [0, 1.08 * top], nice: false },
  };
  return layered(page, 240, [
    {
      data: rows,
      mark: { type: "rect", opacity: 0.85 },
      encoding: {
        x: { ...x, field: "left" },
        x2: { field: "right" },
        y: { ...y, field: "zero" },
        y2: { field: "height" },
        color: { field: "series", type: "nominal", ...paints(page) },
      },
    },
    {
      data: rows,
      mark: { type: "rule", color: colour("ink"), strokeWidth: 1.5 },
      encoding: { x: { ...x, field: "middle" }, y: { ...y, field: "low" }, y2: { field: "high" } },
    },
  ]);
}

/** One bar with two Monte Carlo errors either way. */
function barOf({ series, left, right, heights, errors }: Bars, i: number, of: number) {
  const k = Math.floor(i / of);
  const height = heights[k]!;
  const mcse = errors[k]!;
  const error = Number.isNaN(mcse) ? 0 : 2 * mcse;
  const edges = { left: k + 1 + left, right: k + 1 + right, middle: k + 1 + (left + right) / 2 };
  return {
    series,
    ...edges,
    zero: 0,
    height,
    low: Math.max(0, height - error),
    high: height + error,
  };
}

const paints = ({ narrow }: Page): ChartSpec => ({
  scale: { domain: SERIES, range: [colour("soft"), colour("accent"), colour("expert-2")] },
  legend: { symbolType: "square", symbolSize: 120, columns: narrow ? 1 : 3 },
});
