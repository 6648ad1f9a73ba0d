import type { ChartSpec } from "../../core/report.ts";
import type { DataPoints, Series } from "../input.ts";
import { expertColour } from "../theme.ts";
import type { VaryingAlong } from "../varying-input.ts";
import { expertName } from "./curves.ts";
import { data, extent, layered, lineLegend, type Page, widened, xOver, yOver } from "./frame.ts";
import { pointLayers } from "./points.ts";

/** Counts that differ much are drawn on a square-root scale. */
const MANY = 20;

export function isRooted({ y }: DataPoints): boolean {
  const values = Array.from(y);
  return extent(y)[1] > MANY && values.every((value) => value >= 0 && Number.isInteger(value));
}

/** The rows over the index, in the colours of their components, and the mean of each at the covariates held. */
export function rowsWithMeans(
  points: DataPoints,
  { y: response, means }: VaryingAlong,
  { grid, index }: { readonly grid: Series; readonly index: string },
  page: Page,
): ChartSpec {
  const axes = {
    x: xOver("x", index, extent(grid, points.x)),
    y: isRooted(points)
      ? rootOver(response, extent(points.y)[1])
      : yOver("y", response, widened(extent(points.y))),
  };
  const color = {
    field: "expert",
    type: "nominal",
    scale: {
      domain: means.map((_, k) => expertName(k)),
      range: means.map((_, k) => expertColour(k)),
    },
    legend: lineLegend(page),
  };
  return layered(page, 340, [
    ...pointLayers(points, means.length, axes, page),
    ...means.map((mean, k) => ({
      data: data(grid.length, (g) => ({ x: grid[g]!, y: mean[g]!, expert: expertName(k) })),
      mark: { type: "line", strokeWidth: 2.5, clip: true },
      encoding: { ...axes, color },
    })),
  ]);
}

function rootOver(title: string, most: number): ChartSpec {
  const scale = { type: "sqrt", domain: [0, 1.05 * most], nice: false };
  return { field: "y", type: "quantitative", title, scale, axis: { format: "~r" } };
}
