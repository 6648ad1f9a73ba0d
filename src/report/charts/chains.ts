import { rankHistogram } from "../../../diagnostics/rank-histogram.ts";
import type { ChartSpec } from "../../core/report.ts";
import type { Trace } from "../input.ts";
import { chainColour, colour } from "../theme.ts";
import {
  axisFormat,
  data,
  extent,
  lineLegend,
  MOST_POINTS,
  type Page,
  panels,
  thinned,
} from "./frame.ts";

const RANK_BINS = 20;
/** 97.5% point of the standard normal distribution. */
const TWO_SIDED_95 = 1.959963984540054;
/** Room for the labels of the vertical axis, the same in every panel so that panels line up. */
const AXIS_WIDTH = 52;

/** The same with a title. */
const RANK_AXIS_WIDTH = 92;

/** A title along its axis, where panels leave no room above. */
const UPRIGHT = {
  titleAngle: -90,
  titleAlign: "center",
  titleAnchor: "middle",
  titleX: -32,
  titleY: { expr: "height / 2" },
};

const chainName = (c: number): string => `Chain ${c + 1}`;

function chainScale(chains: number): ChartSpec {
  const all = Array.from({ length: chains }, (_, c) => c);
  return { domain: all.map(chainName), range: all.map(chainColour) };
}

/** How many points of each chain a trace shows: all, unless a panel would get too many. */
export function tracePoints({ chains }: Trace): number {
  const longest = Math.max(...chains.map((chain) => chain.length));
  return Math.min(longest, Math.floor(MOST_POINTS / chains.length));
}

/** The draws of each variable in their order, a panel a variable, a line a chain. */
export function tracePlot(traces: readonly Trace[], page: Page): ChartSpec {
  const chains = Math.max(...traces.map((trace) => trace.chains.length));
  return panels(
    1,
    traces.map((trace, v) => ({
      title: { text: trace.name, limit: page.width },
      width: page.width - AXIS_WIDTH,
      height: page.narrow ? 84 : 96,
      data: traceData(trace),
      mark: { type: "line", strokeWidth: page.narrow ? 0.6 : 0.8, opacity: 0.75 },
      encoding: {
        x: {
          field: "iteration",
          type: "quantitative",
          title: v === traces.length - 1 ? "Draw after warm-up" : null,
          scale: { nice: false, zero: false },
          axis: { labels: v === traces.length - 1, format: "~r" },
        },
        y: {
          field: "value",
          type: "quantitative",
          title: null,
          scale: { zero: false },
          axis: {
            tickCount: 4,
            minExtent: AXIS_WIDTH - 8,
            format: axisFormat(extent(...trace.chains)),
          },
        },
        color: {
          field: "chain",
          type: "nominal",
          scale: chainScale(chains),
          legend: lineLegend(page),
        },
      },
    })),
    14,
  );
}

function traceData(trace: Trace): ChartSpec {
  const most = tracePoints(trace);
  const rows = trace.chains.flatMap((values, c) =>
    thinned(values.length, most).map((i) => ({ c, i, value: values[i]! })),
  );
  return data(rows.length, (row) => {
    const { c, i, value } = rows[row]!;
    return { chain: chainName(c), iteration: i + 1, value };
  });
}

/** Histograms of pooled ranks, a row a variable, a column a chain; flat when the chains agree. */
export function rankPlot(traces: readonly Trace[], page: Page): ChartSpec {
  const chains = Math.max(...traces.map((trace) => trace.chains.length));
  const columns = page.narrow ? Math.min(chains, 2) : chains;
  const gap = 10;
  const width = Math.floor((page.width - RANK_AXIS_WIDTH - gap * (columns - 1)) / columns);
  return panels(
    1,
    traces.map((trace, v) => ({
      title: { text: trace.name, limit: page.width },
      data: rankData(trace),
      facet: {
        field: "chain",
        type: "nominal",
        title: null,
        header: { labelColor: colour("soft"), labelFontSize: 11, labelPadding: 2 },
      },
      columns,
      spacing: gap,
      spec: {
        width,
        height: page.narrow ? 56 : 64,
        layer: rankLayers(chains, v === traces.length - 1),
      },
    })),
    20,
  );
}

function rankLayers(chains: number, lastRow: boolean): ChartSpec[] {
  const x = {
    field: "from",
    type: "quantitative",
    title: lastRow ? "Rank" : null,
    scale: { domain: [0, 1], nice: false },
    axis: { values: [0, 0.5, 1], format: ".0%", labelFlush: true },
  };
  const y = { type: "quantitative", title: "Draws", axis: { tickCount: 3, ...UPRIGHT } };
  const color = { field: "chain", type: "nominal", scale: chainScale(chains), legend: null };
  const whole = { x: { datum: 0, type: "quantitative" }, x2: { datum: 1 } };
  return [
    {
      mark: { type: "bar", opacity: 0.7, binSpacing: 0.5 },
      encoding: {
        x: { ...x, bin: "binned" },
        x2: { field: "to" },
        y: { ...y, field: "count" },
        color,
      },
    },
    {
      mark: { type: "rect", color: colour("ink"), opacity: 0.14 },
      transform: [{ filter: "datum.from === 0" }],
      encoding: { ...whole, y: { ...y, field: "low" }, y2: { field: "high" } },
    },
    {
      mark: { type: "rule", color: colour("ink"), strokeWidth: 1, strokeDash: [3, 2] },
      transform: [{ filter: "datum.from === 0" }],
      encoding: { y: { ...y, field: "expected" } },
    },
  ];
}

function rankData({ chains }: Trace): ChartSpec {
  const counts = rankHistogram(chains, RANK_BINS);
  return data(chains.length * RANK_BINS, (row) => {
    const c = Math.floor(row / RANK_BINS);
    const bin = row % RANK_BINS;
    const band = uniformBand(chains[c]!.length, RANK_BINS);
    return {
      chain: chainName(c),
      from: bin / RANK_BINS,
      to: (bin + 1) / RANK_BINS,
      count: counts[c]![bin]!,
      ...band,
    };
  });
}

/** How many of n independent uniform values fall in one of `bins` slices: mean, 95% interval. */
export function uniformBand(
  n: number,
  bins: number,
): { readonly expected: number; readonly low: number; readonly high: number } {
  const expected = n / bins;
  const margin = TWO_SIDED_95 * Math.sqrt(expected * (1 - 1 / bins));
  return { expected, low: Math.max(0, expected - margin), high: expected + margin };
}
