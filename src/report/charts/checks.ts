import type { ChartSpec } from "../../core/report.ts";
import type { PredictiveChecks, Series } from "../input.ts";
import { colour } from "../theme.ts";
import { uniformBand } from "./chains.ts";
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

/** Replicates shown: enough to see their spread, few enough to see the data. */
export const MOST_REPLICATES = 40;

/** The density of the data over those of data sets that the posterior makes. */
export function densityOverlay(
  { grid, data: observed, replicates }: NonNullable<PredictiveChecks["density"]>,
  response: string,
  page: Page,
): ChartSpec {
  const shown = thinned(replicates.length, MOST_REPLICATES).map((r) => replicates[r]!);
  const n = grid.length;
  const x = xOver("x", response, extent(grid));
  const y = yOver("density", "Density", [0, 1.05 * extent(observed, ...shown)[1]]);
  const color = {
    field: "series",
    type: "nominal",
    scale: { domain: ["Data", "Replicates"], range: [colour("ink"), colour("accent")] },
    legend: lineLegend(page),
  };
  const curve = (values: Series, series: string, r: number) => (i: number) => ({
    x: grid[i]!,
    density: values[i]!,
    series,
    r,
  });
  return layered(page, 260, [
    {
      data: data(n * shown.length, (row) => {
        const r = Math.floor(row / n);
        return curve(shown[r]!, "Replicates", r)(row % n);
      }),
      mark: { type: "line", strokeWidth: 1, opacity: 0.3 },
      encoding: { x, y, color, detail: { field: "r", type: "nominal" } },
    },
    {
      data: data(n, curve(observed, "Data", 0)),
      mark: { type: "line", strokeWidth: 2.5 },
      encoding: { x, y, color },
    },
  ]);
}

/** The sum of `values` (each in [0, 1]) that fall in each of `bins` equal slices. */
export function unitCounts(values: Series, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value >= 0 && value <= 1) counts[Math.min(bins - 1, Math.floor(value * bins))]! += 1;
  }
  return counts;
}

const FEW_ROWS = 400;

/** Histogram of P(new y ≤ y): flat, mostly within the band, when the predictions are calibrated. */
export function pitHistogram(pit: Series, page: Page): ChartSpec {
  const bins = pit.length < FEW_ROWS ? 10 : 20;
  const counts = unitCounts(pit, bins);
  const band = uniformBand(pit.length, bins);
  const y = { type: "quantitative", title: "Rows", scale: { zero: true } };
  const x = {
    field: "from",
    type: "quantitative",
    title: "P(new value ≤ observed)",
    scale: { domain: [0, 1], nice: false },
    axis: { format: "~r" },
  };
  const once = { values: [{ from: 0, to: 1, ...band }] };
  return layered(page, 200, [
    {
      data: data(bins, (bin) => ({
        from: bin / bins,
        to: (bin + 1) / bins,
        count: counts[bin]!,
      })),
      mark: { type: "bar", color: colour("accent"), opacity: 0.7, binSpacing: 1 },
      encoding: { x: { ...x, bin: "binned" }, x2: { field: "to" }, y: { ...y, field: "count" } },
    },
    {
      data: once,
      mark: { type: "rect", color: colour("ink"), opacity: 0.14 },
      encoding: { x, x2: { field: "to" }, y: { ...y, field: "low" }, y2: { field: "high" } },
    },
    {
      data: once,
      mark: { type: "rule", color: colour("ink"), strokeWidth: 1, strokeDash: [4, 3] },
      encoding: { y: { ...y, field: "expected" } },
    },
  ]);
}

const SMOOTH_FROM = 20;

/** Residuals against a covariate with a local smooth: no pattern when the mean is right. */
export function residualsByX(
  { x: name, at, values, inSds }: NonNullable<PredictiveChecks["residuals"]>,
  page: Page,
): ChartSpec {
  const rows = thinned(at.length);
  const points = data(rows.length, (i) => ({ x: at[rows[i]!]!, residual: values[rows[i]!]! }));
  const x = xOver("x", name, widened(extent(at), 0.01));
  const y = yOver("residual", inSds ? "Residual (sds)" : "Residual", widened(extent(values)));
  const smooth = {
    data: points,
    transform: [{ loess: "residual", on: "x", bandwidth: 0.4 }],
    mark: { type: "line", color: colour("expert-2"), strokeWidth: 2 },
    encoding: { x, y },
  };
  return layered(page, 220, [
    {
      data: { values: [{}] },
      mark: { type: "rule", color: colour("soft"), strokeWidth: 1 },
      encoding: { y: { datum: 0, type: "quantitative" } },
    },
    {
      data: points,
      mark: { type: "point", filled: true, size: page.narrow ? 14 : 24, opacity: 0.6 },
      encoding: { x, y, color: { value: colour("accent") } },
    },
    ...(rows.length >= SMOOTH_FROM ? [smooth] : []),
  ]);
}
