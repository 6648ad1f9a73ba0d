import type { ChartSpec } from "../../core/report.ts";
import type { Band, Curves, DataPoints, Series } from "../input.ts";
import { colour, expertColour } from "../theme.ts";
import {
  data,
  extent,
  layered,
  lineLegend,
  type Page,
  thinned,
  widened,
  xOver,
  yOver,
} from "./frame.ts";

/** Below this gate probability an expert says little about the data: its line is drawn thin. */
export const ACTIVE = 0.05;
const PREDICTION = "Prediction";
const SHAPES = ["circle", "diamond", "triangle-up", "square", "cross", "triangle-down"];

/** "Expert 1", "Expert 2", … */
export const expertName = (k: number): string => `Expert ${k + 1}`;

const expertNames = (count: number): string[] =>
  Array.from({ length: count }, (_, k) => expertName(k));

const EXPERT_SHAPES = (count: number): string[] =>
  Array.from({ length: count }, (_, k) => SHAPES[k % SHAPES.length]!);

/** Colour by component, with the prediction in ink beside them. */
function colourScale(experts: number, withPrediction: boolean): ChartSpec {
  const names = expertNames(experts);
  const colours = names.map((_, k) => expertColour(k));
  return {
    domain: withPrediction ? [...names, PREDICTION] : names,
    range: withPrediction ? [...colours, colour("ink")] : colours,
  };
}

/** Areas and points take the colour that their rows name; only lines have a legend. */
const PAINT = {
  color: { field: "colour", type: "nominal", scale: null },
  detail: { field: "series", type: "nominal" },
};

/** Rows of several bands, one after the other; a point where `shown` is false breaks the line. */
function bandData(
  grid: Series,
  bands: readonly Band[],
  shown: (k: number, i: number) => boolean = () => true,
): ChartSpec {
  const n = grid.length;
  return data(n * bands.length, (row) => {
    const k = Math.floor(row / n);
    const i = row % n;
    const { mean, lower, upper } = bands[k]!;
    const visible = shown(k, i);
    return {
      x: grid[i]!,
      series: expertName(k),
      colour: expertColour(k),
      mean: visible ? mean[i]! : null,
      lower: visible ? lower[i]! : null,
      upper: visible ? upper[i]! : null,
    };
  });
}

/** The domain of x that the curves and the data share. */
const xDomain = (curves: Curves, points?: DataPoints): [number, number] =>
  extent(curves.grid, points?.x ?? []);

/**
 * The data over the covariate, points coloured by their most likely expert and fainter where that
 * is unsure, each expert's mean with its 90% band, and the prediction with its 90% interval.
 */
export function dataWithExperts(curves: Curves, points: DataPoints, page: Page): ChartSpec {
  const experts = curves.experts ?? [];
  const domain = widened(extent(points.y, curves.predictive.lower, curves.predictive.upper));
  const x = xOver("x", curves.x, xDomain(curves, points));
  const y = yOver("mean", curves.y, domain);
  const color = {
    field: "series",
    type: "nominal",
    scale: colourScale(experts.length, true),
    legend: lineLegend(page),
  };
  const active = bandData(curves.grid, experts, (k, i) => {
    const gate = curves.gates?.[k];
    return gate === undefined || gate.mean[i]! >= ACTIVE;
  });
  const ribbon = { x, y: { ...y, field: "lower" }, y2: { field: "upper" } };
  const n = curves.grid.length;
  const prediction = data(n, (i) => ({
    x: curves.grid[i]!,
    series: PREDICTION,
    colour: colour("ink"),
    mean: curves.predictive.mean[i]!,
    lower: curves.predictive.lower[i]!,
    upper: curves.predictive.upper[i]!,
  }));
  const line = (strokeWidth: number, opacity: number, strokeDash: readonly number[] = []) => ({
    type: "line",
    strokeWidth,
    opacity,
    clip: true,
    invalid: "break-paths-show-path-domains",
    ...(strokeDash.length > 0 ? { strokeDash } : {}),
  });
  const area = (fillOpacity: number) => ({
    type: "area",
    opacity: 1,
    fillOpacity,
    clip: true,
    invalid: "break-paths-show-path-domains",
  });
  return layered(page, 380, [
    { data: prediction, mark: area(0.08), encoding: { ...ribbon, ...PAINT } },
    { data: prediction, mark: line(1.5, 1, [5, 4]), encoding: { x, y, color } },
    { data: active, mark: area(0.2), encoding: { ...ribbon, ...PAINT } },
    pointLayer(points, experts.length, x, y, page),
    { data: bandData(curves.grid, experts), mark: line(1, 0.6), encoding: { x, y, color } },
    { data: active, mark: line(2.5, 1), encoding: { x, y, color } },
  ]);
}

function pointLayer(
  points: DataPoints,
  experts: number,
  x: ChartSpec,
  y: ChartSpec,
  page: Page,
): ChartSpec {
  const rows = thinned(points.x.length);
  const { expert, probability } = points;
  const known = expert !== undefined && experts > 0;
  const base = { x, y: { ...y, field: "y" } };
  const mark = { type: "point", filled: true, size: page.narrow ? 16 : 28, clip: true };
  if (!known) {
    const values = data(rows.length, (i) => ({ x: points.x[rows[i]!]!, y: points.y[rows[i]!]! }));
    const paint = { color: { value: colour("soft") }, opacity: { value: 0.6 } };
    return { data: values, mark, encoding: { ...base, ...paint } };
  }
  const values = data(rows.length, (i) => ({
    x: points.x[rows[i]!]!,
    y: points.y[rows[i]!]!,
    series: expertName(expert[rows[i]!]!),
    colour: expertColour(expert[rows[i]!]!),
    probability: probability?.[rows[i]!] ?? 1,
  }));
  return {
    data: values,
    mark,
    encoding: {
      ...base,
      ...PAINT,
      shape: {
        field: "series",
        type: "nominal",
        scale: { domain: expertNames(experts), range: EXPERT_SHAPES(experts) },
        legend: null,
      },
      opacity: {
        field: "probability",
        type: "quantitative",
        scale: { domain: [1 / experts, 1], range: [0.3, 0.95], clamp: true },
        legend: null,
      },
    },
  };
}

/** The probability of each component over the covariate, with 90% bands. */
export function gateCurves(curves: Curves, page: Page): ChartSpec {
  const gates = curves.gates ?? [];
  const x = xOver("x", curves.x, xDomain(curves));
  const y = yOver("mean", "Probability of the expert", [0, 1]);
  const color = { field: "series", type: "nominal", scale: colourScale(gates.length, false) };
  return layered(page, 250, [
    {
      data: bandData(curves.grid, gates),
      mark: { type: "area", opacity: 1, fillOpacity: 0.2 },
      encoding: {
        x,
        y: { ...y, field: "lower" },
        y2: { field: "upper" },
        ...PAINT,
      },
    },
    {
      data: bandData(curves.grid, gates),
      mark: { type: "line", strokeWidth: 2.5 },
      encoding: { x, y, color: { ...color, legend: lineLegend(page) } },
    },
  ]);
}
