import type {
  Compared,
  ComparedComponent,
} from "../../../diagnostics/findings/compare-evidence.ts";
import type { ChartSpec } from "../../core/report.ts";
import type { Band, Curves, DataPoints } from "../input.ts";
import { colour } from "../theme.ts";
import { expertName } from "./curves.ts";
import { data, extent, layered, lineLegend, type Page, widened, xOver, yOver } from "./frame.ts";
import { pointLayers } from "./points.ts";
import { expertChannels, quantityChannel, quantityPanels } from "./quantity-panels.ts";

const POSTERIOR = "Posterior";
const MAXIMUM = "Maximum";
const SIDES = [POSTERIOR, MAXIMUM];

/** One quantity of all components on both sides. */
export interface ComparedQuantity {
  readonly title: string;
  readonly of: readonly (Compared | undefined)[];
}

/** Weight, coefficients, sd, other parameters and gate rows, in this order. */
export function comparedQuantities(components: readonly ComparedComponent[]): ComparedQuantity[] {
  const terms = (of: (component: ComparedComponent) => object | undefined): string[] => [
    ...new Set(components.flatMap((component) => Object.keys(of(component) ?? {}))),
  ];
  const hasSd = components.some(({ sd }) => sd !== undefined);
  return [
    { title: "Weight", of: components.map(({ weight }) => weight) },
    ...terms(({ coefficients }) => coefficients).map((term) => ({
      title: `Coefficient: ${term}`,
      of: components.map(({ coefficients }) => coefficients[term]),
    })),
    ...(hasSd ? [{ title: "Residual sd", of: components.map(({ sd }) => sd) }] : []),
    ...terms(({ others }) => others).map((name) => ({
      title: `Parameter: ${name}`,
      of: components.map(({ others }) => others?.[name]),
    })),
    ...terms(({ gate }) => gate).map((term) => ({
      title: `Gate: ${term}`,
      of: components.map(({ gate }) => gate[term]),
    })),
  ];
}

/** Intervals of both sides, a panel a quantity: posterior filled, maximum hollow under it. */
export function intervalsOfBoth(components: readonly ComparedComponent[], page: Page): ChartSpec {
  return quantityPanels(comparedQuantities(components), page, panel);
}

function panel({ title, of }: ComparedQuantity, width: number): ChartSpec {
  const rows = of.flatMap((one, k) => {
    if (one === undefined) return [];
    const expert = expertName(k);
    const { mean, q5, q95 } = one.posterior;
    const { estimate, lower, upper } = one.maximum;
    return [
      { expert, side: POSTERIOR, at: mean, low: q5, high: q95 },
      { expert, side: MAXIMUM, at: estimate, low: lower ?? estimate, high: upper ?? estimate },
    ];
  });
  const domain = widened(domainOf(rows), 0.08);
  const x = quantityChannel(title, domain, width);
  const { y, color } = expertChannels(of.length);
  const side = { field: "side", type: "nominal", sort: SIDES };
  const place = {
    y,
    yOffset: { ...side, scale: { paddingInner: 0, paddingOuter: 0.35 } },
    color,
  };
  const only = (name: string) => [{ filter: `datum.side === ${JSON.stringify(name)}` }];
  const point = { type: "point", strokeWidth: 2 };
  return {
    data: data(rows.length, (row) => rows[row]!),
    width,
    height: 40 * of.length,
    layer: [
      {
        mark: { type: "rule", strokeWidth: 2, strokeCap: "round", clip: true },
        encoding: { x: { ...x, field: "low" }, x2: { field: "high" }, ...place },
      },
      {
        transform: only(POSTERIOR),
        mark: { ...point, filled: true, size: 80, stroke: colour("page"), clip: true },
        encoding: { x: { ...x, field: "at" }, ...place },
      },
      {
        transform: only(MAXIMUM),
        mark: { ...point, filled: false, fill: colour("page"), size: 45, clip: true },
        encoding: { x: { ...x, field: "at" }, ...place },
      },
    ],
  };
}

/** So many widths of the posterior's intervals, at most, are shown of the other side. */
const MOST_WIDTHS = 4;

/** All of the posterior; of a maximum that has run off, only which way it lies. */
function domainOf(
  rows: readonly { readonly side: string; readonly low: number; readonly high: number }[],
): [number, number] {
  const of = (name: string) => rows.filter(({ side }) => side === name);
  const ends = (some: typeof rows) => some.flatMap(({ low, high }) => [low, high]);
  const [low, high] = extent(ends(of(POSTERIOR)));
  const [least, most] = extent(ends(of(POSTERIOR)), ends(of(MAXIMUM)));
  const room = MOST_WIDTHS * (high - low || Math.abs(high) || 1);
  return [Math.max(least, low - room), Math.min(most, high + room)];
}

/** The data, and the prediction of both sides with their 90% intervals. */
export function predictionsOfBoth(
  { grid, x, y, predictive: posterior }: Curves,
  maximum: Band,
  points: DataPoints,
  page: Page,
): ChartSpec {
  const plain = { x: points.x, y: points.y };
  const axes = {
    x: xOver("x", x, extent(grid, points.x)),
    y: yOver(
      "mean",
      y,
      widened(extent(points.y, posterior.lower, posterior.upper, maximum.lower, maximum.upper)),
    ),
  };
  const sides = [
    { name: POSTERIOR, band: posterior, colour: colour("expert-1") },
    { name: MAXIMUM, band: maximum, colour: colour("expert-2") },
  ] as const;
  const color = {
    field: "series",
    type: "nominal",
    scale: { domain: SIDES, range: sides.map((side) => side.colour) },
    legend: { ...lineLegend(page) },
  };
  const rowsOf = ({ name, band }: (typeof sides)[number]): ChartSpec =>
    data(grid.length, (i) => ({
      x: grid[i]!,
      series: name,
      mean: band.mean[i]!,
      lower: band.lower[i]!,
      upper: band.upper[i]!,
    }));
  const line = (side: (typeof sides)[number], field: string, look: ChartSpec): ChartSpec => ({
    data: rowsOf(side),
    mark: { type: "line", clip: true, ...look },
    encoding: { x: axes.x, y: { ...axes.y, field }, color },
  });
  const [first, second] = sides;
  const thin = { strokeWidth: 1.2, strokeDash: [5, 4] };
  return layered(page, 340, [
    {
      data: rowsOf(first),
      mark: { type: "area", color: first.colour, fillOpacity: 0.14, opacity: 1, clip: true },
      encoding: { x: axes.x, y: { ...axes.y, field: "lower" }, y2: { field: "upper" } },
    },
    ...pointLayers(plain, 0, axes, page),
    line(first, "mean", { strokeWidth: 2.5 }),
    line(second, "mean", { strokeWidth: 2.5, strokeDash: [7, 3] }),
    line(second, "lower", thin),
    line(second, "upper", thin),
  ]);
}
