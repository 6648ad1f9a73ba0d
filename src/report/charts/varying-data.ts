import type { ChartSpec } from "../../core/report.ts";
import type { DataPoints, Series } from "../input.ts";
import { expertColour } from "../theme.ts";
import type { VaryingAlong } from "../varying-input.ts";
import { expertName } from "./curves.ts";
import { data, extent, layered, lineLegend, type Page, widened, xOver, yOver } from "./frame.ts";
import { pointLayers } from "./points.ts";

/** The rows over the index, in the colours of their components, and the mean of each at the covariates held. */
export function rowsWithMeans(
  points: DataPoints,
  { y: response, means }: VaryingAlong,
  { grid, index }: { readonly grid: Series; readonly index: string },
  page: Page,
): ChartSpec {
  const axes = {
    x: xOver("x", index, extent(grid, points.x)),
    y: yOver("y", response, widened(extent(points.y))),
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
