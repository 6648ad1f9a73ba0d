import type { ChartSpec } from "../../core/report.ts";
import type { Band, Curves, DataPoints, Series } from "../input.ts";
import { colour, expertColour } from "../theme.ts";
import { data, extent, layered, lineLegend, type Page, widened, xOver, yOver } from "./frame.ts";
import { pointLayers } from "./points.ts";

/** Below this gate probability an expert says little about the data: its line is drawn thin. */
const ACTIVE = 0.05;

/** "Expert 1", "Expert 2", … */
export const expertName = (k: number): string => `Expert ${k + 1}`;

/** A named, coloured curve with its band; a point where `shown` is false breaks the line. */
interface Strand {
  readonly name: string;
  readonly colour: string;
  readonly band: Band;
  readonly shown?: (i: number) => boolean;
}

const expertStrand = (band: Band, k: number): Strand => ({
  name: expertName(k),
  colour: expertColour(k),
  band,
});

function strandData(grid: Series, { name, band, shown = () => true }: Strand): ChartSpec {
  const at = (values: Series, i: number) => (shown(i) ? values[i]! : null);
  return data(grid.length, (i) => ({
    x: grid[i]!,
    series: name,
    mean: at(band.mean, i),
    lower: at(band.lower, i),
    upper: at(band.upper, i),
  }));
}

/** Draws strands over common axes, with one legend for all of them. */
function loom(grid: Series, axes: Axes, legend: readonly Strand[], page: Page) {
  const { x, y } = axes;
  const color = {
    field: "series",
    type: "nominal",
    scale: {
      domain: legend.map(({ name }) => name),
      range: legend.map((strand) => strand.colour),
    },
    legend: lineLegend(page),
  };
  const broken = { clip: true, invalid: "break-paths-show-path-domains" };
  return {
    ribbon: (strand: Strand, fillOpacity: number): ChartSpec => ({
      data: strandData(grid, strand),
      mark: { type: "area", color: strand.colour, opacity: 1, fillOpacity, ...broken },
      encoding: { x, y: { ...y, field: "lower" }, y2: { field: "upper" } },
    }),
    line: (strand: Strand, look: ChartSpec): ChartSpec => ({
      data: strandData(grid, strand),
      mark: { type: "line", ...look, ...broken },
      encoding: { x, y, color },
    }),
  };
}

type Axes = Readonly<Record<"x" | "y", ChartSpec>>;

/**
 * The data over the covariate, points coloured by their most likely expert and fainter where that
 * is unsure, each expert's mean with its 90% band, and the prediction with its 90% interval.
 */
export function dataWithExperts(curves: Curves, points: DataPoints, page: Page): ChartSpec {
  const { grid, predictive, gates = [] } = curves;
  const axes = {
    x: xOver("x", curves.x, extent(grid, points.x)),
    y: yOver("mean", curves.y, widened(extent(points.y, predictive.lower, predictive.upper))),
  };
  const prediction = { name: "Prediction", colour: colour("ink"), band: predictive };
  const experts = (curves.experts ?? []).map(expertStrand);
  const active = experts.map((strand, k) => ({
    ...strand,
    shown: (i: number) => (gates[k]?.mean[i] ?? 1) >= ACTIVE,
  }));
  const { ribbon, line } = loom(grid, axes, [...experts, prediction], page);
  return layered(page, 380, [
    ribbon(prediction, 0.08),
    line(prediction, { strokeWidth: 1.5, strokeDash: [5, 4] }),
    ...active.map((strand) => ribbon(strand, 0.2)),
    ...pointLayers(points, experts.length, axes, page),
    ...experts.map((strand) => line(strand, { strokeWidth: 1, strokeOpacity: 0.6 })),
    ...active.map((strand) => line(strand, { strokeWidth: 2.5 })),
  ]);
}

/** The probability of each component over the covariate, with 90% bands. */
export function gateCurves(curves: Curves, page: Page): ChartSpec {
  const { grid } = curves;
  const axes = {
    x: xOver("x", curves.x, extent(grid)),
    y: yOver("mean", "Probability of the expert", widened([0, 1], 0.015)),
  };
  const gates = (curves.gates ?? []).map(expertStrand);
  const { ribbon, line } = loom(grid, axes, gates, page);
  return layered(page, 250, [
    ...gates.map((strand) => ribbon(strand, 0.2)),
    ...gates.map((strand) => line(strand, { strokeWidth: 2.5 })),
  ]);
}
