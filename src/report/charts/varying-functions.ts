import type { ChartSpec } from "../../core/report.ts";
import type { Series } from "../input.ts";
import { colour, expertColour } from "../theme.ts";
import type { BandAlong } from "../varying-input.ts";
import { expertName } from "./curves.ts";
import {
  axisFormat,
  data,
  extent,
  lineLegend,
  type Page,
  panels,
  widened,
  xOver,
} from "./frame.ts";

/** One quantity along the index: a band a component, in the order of the components. */
export interface FunctionPanel {
  readonly title: string;
  readonly bands: readonly BandAlong[];
  /** Dashed: the same at every value of the index. */
  readonly constant: boolean;
  /** Positive, and drawn on a log scale. */
  readonly log?: true;
  /** Drawn over this range rather than that of the values. */
  readonly domain?: readonly [number, number];
}

const AXIS_WIDTH = 44;
const GAP = 22;
/** How far bands may widen an axis, in ranges of the estimates or widths of a typical band. */
const MOST = 1.5;

/** What quantities are functions of, and names of their bands where these are not of the experts in turn. */
interface Along {
  readonly grid: Series;
  readonly index: string;
  readonly names?: readonly string[];
}

/** A panel a quantity; lines are estimates, dark bands hold at each point, light ones at all points together. */
export function functionPanels(
  quantities: readonly FunctionPanel[],
  { grid, index, names }: Along,
  page: Page,
): ChartSpec {
  const columns = page.narrow || quantities.length === 1 ? 1 : 2;
  const width = Math.floor((page.width - GAP * (columns - 1)) / columns) - AXIS_WIDTH;
  const count = Math.max(...quantities.map(({ bands }) => bands.length));
  const shownAs = names ?? Array.from({ length: count }, (_, k) => expertName(k));
  const x = xOver("u", index, extent(grid));
  return panels(
    columns,
    quantities.map((quantity) => panel(quantity, grid, x, shownAs, { ...page, width })),
    GAP,
  );
}

function panel(
  { title, bands, constant, log, domain = domainOf(bands, log === true) }: FunctionPanel,
  grid: Series,
  x: ChartSpec,
  names: readonly string[],
  page: Page,
): ChartSpec {
  const y = {
    type: "quantitative",
    title: null,
    scale: { domain, nice: false, zero: false, ...(log ? { type: "log" } : {}) },
    axis: { format: axisFormat(domain), tickCount: 5, minExtent: 32 },
  };
  const color = {
    field: "expert",
    type: "nominal",
    scale: {
      domain: names,
      range: names.map((_, k) => expertColour(k)),
    },
    // Of one line the caption says what it is.
    legend: names.length === 1 ? null : { ...lineLegend(page), offset: 12 },
  };
  return {
    title: { text: title, limit: page.width, frame: "group" },
    width: page.width,
    height: page.narrow ? 150 : 180,
    layer: [
      ...(domain[0] < 0 && domain[1] > 0 ? [zeroLine] : []),
      ...bands.map((band, k) => ribbon(band, k, grid, { x, y }, "simultaneous")),
      ...bands.map((band, k) => ribbon(band, k, grid, { x, y }, "pointwise")),
      ...bands.flatMap(({ centre = [] }, k) => thinLine(centre, k, grid, { x, y })),
      ...bands.map((band, k) => ({
        data: data(grid.length, (g) => ({
          u: grid[g]!,
          expert: names[k]!,
          estimate: shown(band.estimate[g]!, domain, log === true),
        })),
        mark: {
          type: "line",
          strokeWidth: 2.25,
          clip: true,
          ...(constant ? DASHED : {}),
          ...BROKEN,
        },
        encoding: { x, y: { ...y, field: "estimate" }, color },
      })),
    ],
  };
}

const DASHED = { strokeDash: [6, 4] };
const BROKEN = { invalid: "break-paths-show-path-domains" };

const zeroLine: ChartSpec = {
  data: { values: [{}] },
  mark: { type: "rule", color: colour("soft"), strokeWidth: 1, strokeDash: [2, 2] },
  encoding: { y: { datum: 0, type: "quantitative" } },
};

/** What the bands lie around. */
function thinLine(centre: Series, k: number, grid: Series, { x, y }: Axes): ChartSpec[] {
  if (centre.length === 0) return [];
  const mark = { type: "line", color: expertColour(k), strokeWidth: 1, opacity: 0.75, clip: true };
  return [
    {
      data: data(grid.length, (g) => ({ u: grid[g]!, centre: centre[g]! })),
      mark: { ...mark, ...BROKEN },
      encoding: { x, y: { ...y, field: "centre" } },
    },
  ];
}

interface Axes {
  readonly x: ChartSpec;
  readonly y: ChartSpec;
}

const OPACITY = { simultaneous: 0.13, pointwise: 0.2 };

function ribbon(
  band: BandAlong,
  k: number,
  grid: Series,
  { x, y }: Axes,
  which: keyof typeof OPACITY,
): ChartSpec {
  const { lower = [], upper = [] } = endsOf(band, which);
  const rows = Math.min(lower.length, grid.length);
  return {
    data: data(rows, (g) => ({ u: grid[g]!, lower: lower[g]!, upper: upper[g]! })),
    mark: {
      type: "area",
      color: expertColour(k),
      opacity: 1,
      fillOpacity: OPACITY[which],
      clip: true,
      ...BROKEN,
    },
    encoding: { x, y: { ...y, field: "lower" }, y2: { field: "upper" } },
  };
}

function endsOf(band: BandAlong, which: keyof typeof OPACITY): Pick<BandAlong, "lower" | "upper"> {
  const { lower, upper, simultaneousLower, simultaneousUpper } = band;
  const ends = which === "pointwise" ? [lower, upper] : [simultaneousLower, simultaneousUpper];
  return ends[0] === undefined || ends[1] === undefined ? {} : { lower: ends[0], upper: ends[1] };
}

const shown = (value: number, [low]: readonly [number, number], log: boolean): number =>
  log && !(value > 0) ? low : value;

/** Whether some band leaves the panel. */
export function cutOff(panel: FunctionPanel): boolean {
  const { bands, log, domain = domainOf(bands, log === true) } = panel;
  const ends = bands.flatMap(allEnds);
  if (ends.length === 0) return false;
  const [low, high] = extent(...ends);
  return low < domain[0] || high > domain[1];
}

const allEnds = ({ lower, upper, simultaneousLower, simultaneousUpper }: BandAlong): Series[] =>
  [lower, upper, simultaneousLower, simultaneousUpper].filter((ends) => ends !== undefined);

/** Of all bands, but no further out than the estimates and a typical band ask for: at the ends of the index bands explode. */
function domainOf(bands: readonly BandAlong[], log: boolean): [number, number] {
  const scale = (values: Series): number[] =>
    Array.from(values, (value) => (log ? Math.log(value) : value));
  const inner = extent(...bands.map(({ estimate }) => scale(estimate)));
  const outer = extent(
    ...bands.map(({ estimate }) => scale(estimate)),
    ...bands.flatMap(allEnds).map(scale),
  );
  const room =
    MOST * Math.max(inner[1] - inner[0], ...bands.map((band) => typicalWidth(band, scale)));
  const [low, high] = widened([
    Math.max(outer[0], inner[0] - room),
    Math.min(outer[1], inner[1] + room),
  ]);
  return log ? [Math.exp(low), Math.exp(high)] : [low, high];
}

function typicalWidth(band: BandAlong, scale: (values: Series) => number[]): number {
  const { lower = band.lower, upper = band.upper } = endsOf(band, "simultaneous");
  if (lower === undefined || upper === undefined) return 0;
  const high = scale(upper);
  const widths = scale(lower)
    .map((low, g) => high[g]! - low)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  return widths[widths.length >> 1] ?? 0;
}
