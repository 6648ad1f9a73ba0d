import type { ChartSpec, ReportChart } from "../../core/report.ts";
import type { Series } from "../input.ts";
import { chartConfig } from "../theme.ts";

/** The most marks or path points that one panel of a chart is given. */
export const MOST_POINTS = 2000;

/** The space for a chart, in CSS pixels. */
export interface Page {
  readonly width: number;
  readonly narrow: boolean;
}

const WIDE: Page = { width: 720, narrow: false };
const NARROW: Page = { width: 340, narrow: true };

/** A chart for either width of page. */
export function draw(label: string, spec: (page: Page) => ChartSpec): ReportChart {
  return { label, wide: spec(WIDE), narrow: spec(NARROW) };
}

const SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json";

/** Layers over common axes, as wide as the page. */
export function layered(page: Page, height: number, layer: readonly ChartSpec[]): ChartSpec {
  return {
    $schema: SCHEMA,
    config: {
      ...chartConfig,
      axis: { ...chartConfig.axis, titleLimit: Math.round(0.9 * page.width) },
    },
    width: page.width,
    height: Math.round(page.narrow ? height * 0.8 : height),
    autosize: { type: "fit", contains: "padding" },
    layer,
  };
}

/** A legend of lines that fits above a chart. */
export const lineLegend = ({ narrow }: Page): ChartSpec => ({
  symbolType: "stroke",
  symbolOpacity: 1,
  columns: narrow ? 2 : 6,
});

/** Panels side by side, so many a row. */
export function panels(columns: number, concat: readonly ChartSpec[], gap = 18): ChartSpec {
  return { $schema: SCHEMA, config: chartConfig, columns, spacing: gap, concat };
}

/** Plain data of a layer, one object a row; what is not a finite number becomes a gap. */
export function data(
  rows: number,
  row: (i: number) => Readonly<Record<string, number | string | null>>,
): ChartSpec {
  const finite = (value: number | string | null) =>
    typeof value === "number" && !Number.isFinite(value) ? null : value;
  const clean = (i: number) =>
    Object.fromEntries(Object.entries(row(i)).map(([name, value]) => [name, finite(value)]));
  return { values: Array.from({ length: rows }, (_, i) => clean(i)) };
}

/** Indices 0 … n − 1, evenly thinned to at most `most`, the first one kept. */
export function thinned(n: number, most: number = MOST_POINTS): number[] {
  const kept = Math.min(n, most);
  return Array.from({ length: kept }, (_, i) => Math.floor((i * n) / kept));
}

/** Smallest and largest finite value over all series; [0, 1] where there is none. */
export function extent(...series: readonly Series[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const values of series) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? [low, high] : [0, 1];
}

/** An interval widened on both sides by a share of its length, and never empty. */
export function widened([low, high]: readonly [number, number], share = 0.04): [number, number] {
  const margin = (high - low || Math.abs(high) || 1) * share;
  return [low - margin, high + margin];
}

const PLAIN_BELOW = 1e5;
const PLAIN_ABOVE = 1e-3;

/** Number format of an axis: plain digits (years without a comma) as long as they stay short. */
export function axisFormat([low, high]: readonly [number, number]): string {
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (size >= PLAIN_BELOW) return "~s";
  return size < PLAIN_ABOVE ? "~e" : "~r";
}

/** A quantitative x position over a fixed domain. */
export function xOver(field: string, title: string, domain: readonly [number, number]): ChartSpec {
  return {
    field,
    type: "quantitative",
    title,
    scale: { domain, nice: false, zero: false },
    axis: { format: axisFormat(domain) },
  };
}

/** A quantitative y position over a fixed domain. */
export function yOver(field: string, title: string, domain: readonly [number, number]): ChartSpec {
  return xOver(field, title, domain);
}
