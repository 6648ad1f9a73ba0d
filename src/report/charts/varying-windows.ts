import type { ChartSpec } from "../../core/report.ts";
import type { Series } from "../input.ts";
import { colour, expertColour } from "../theme.ts";
import type { VaryingWindows } from "../varying-input.ts";
import { expertName } from "./curves.ts";
import {
  axisFormat,
  data,
  extent,
  lineLegend,
  type Page,
  panels,
  thinned,
  xOver,
} from "./frame.ts";

const ALL = "All rows";
const AXIS_WIDTH = 44;
const GAP = 10;
const MOST_TICKS = 400;

/** Effective rows of each grid point, overlap of the components there, and where the rows are. */
export function windowCharts(
  windows: VaryingWindows,
  { grid, rows, index }: { readonly grid: Series; readonly rows: Series; readonly index: string },
  page: Page,
): ChartSpec {
  const width = page.width - AXIS_WIDTH;
  const x = xOver("u", index, extent(grid, rows));
  const silent = { ...x, axis: null };
  return panels(
    1,
    [
      effectiveRows(windows, grid, silent, { ...page, width }),
      overlap(windows, grid, silent, { ...page, width }),
      rug(rows, x, width),
    ],
    GAP,
  );
}

const titled = (text: string, { width }: Page): ChartSpec => ({ title: { text, limit: width } });

function effectiveRows(
  { effectiveN, expertEffectiveN }: VaryingWindows,
  grid: Series,
  x: ChartSpec,
  page: Page,
): ChartSpec {
  const lines = [
    { name: ALL, colour: colour("ink"), values: effectiveN },
    ...expertEffectiveN.map((values, k) => ({
      name: expertName(k),
      colour: expertColour(k),
      values,
    })),
  ];
  const domain = [0, 1.05 * extent(effectiveN)[1]] as const;
  const y = {
    field: "value",
    type: "quantitative",
    title: null,
    scale: { domain, nice: false },
    axis: { format: axisFormat(domain), tickCount: 4, minExtent: 32 },
  };
  const color = {
    field: "name",
    type: "nominal",
    scale: { domain: lines.map(({ name }) => name), range: lines.map((line) => line.colour) },
    legend: { ...lineLegend(page), offset: 12 },
  };
  return {
    ...titled("Effective rows", page),
    width: page.width,
    height: 150,
    layer: lines.map(({ name, values }) => ({
      data: data(grid.length, (g) => ({ u: grid[g]!, name, value: values[g]! })),
      mark: { type: "line", strokeWidth: 2 },
      encoding: { x, y, color },
    })),
  };
}

function overlap(
  { overlap: values, ambiguous }: VaryingWindows,
  grid: Series,
  x: ChartSpec,
  page: Page,
): ChartSpec {
  const y = {
    field: "value",
    type: "quantitative",
    title: null,
    scale: { domain: [0, 1], nice: false },
    axis: { format: ".1~f", tickCount: 3, minExtent: 32 },
  };
  return {
    ...titled("Overlap", page),
    width: page.width,
    height: 80,
    layer: [
      {
        data: data(ambiguous.length, (g) => ({ u: ambiguous[g]! })),
        mark: { type: "rule", color: colour("problem"), strokeWidth: 2, opacity: 0.6 },
        encoding: { x },
      },
      {
        data: data(grid.length, (g) => ({ u: grid[g]!, value: values[g]! })),
        mark: { type: "line", strokeWidth: 2, color: colour("ink") },
        encoding: { x, y },
      },
    ],
  };
}

function rug(rows: Series, x: ChartSpec, width: number): ChartSpec {
  const kept = thinned(rows.length, MOST_TICKS);
  return {
    width,
    height: 14,
    data: data(kept.length, (i) => ({ u: rows[kept[i]!]! })),
    mark: { type: "tick", color: colour("soft"), thickness: 1, opacity: 0.6, height: 12 },
    encoding: { x },
  };
}
