import type { ChartSpec } from "../../core/report.ts";
import { colour } from "../theme.ts";
import type { VaryingBandwidth } from "../varying-input.ts";
import { data, extent, layered, type Page, widened, xOver, yOver } from "./frame.ts";

/** How much less probable rows left out are at each bandwidth than at the best, with ± one standard error. */
export function bandwidthChart(
  { bandwidth, candidates = [] }: VaryingBandwidth,
  page: Page,
): ChartSpec {
  const judged = candidates.flatMap(({ bandwidth: h, difference, differenceError }) =>
    difference === null
      ? []
      : [{ h, value: difference, error: differenceError ?? 0, isChosen: h === bandwidth }],
  );
  const lows = judged.map(({ value, error }) => value - error);
  const highs = judged.map(({ value, error }) => value + error);
  const x = xOver("h", "Bandwidth", widened(extent(judged.map(({ h }) => h)), 0.06));
  const y = yOver("value", "Less the best", widened(extent(lows, highs, [0]), 0.06));
  const values = data(judged.length, (b) => {
    const { h, value, error, isChosen } = judged[b]!;
    return { h, value, low: value - error, high: value + error, chosen: isChosen ? 1 : 0 };
  });
  return layered(page, 220, [
    {
      data: values,
      mark: { type: "line", color: colour("line"), strokeWidth: 1.5 },
      encoding: { x, y },
    },
    {
      data: values,
      mark: { type: "rule", color: colour("ink"), strokeWidth: 1.5 },
      encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } },
    },
    {
      data: values,
      mark: { type: "point", filled: true, opacity: 1, size: 60 },
      encoding: {
        x,
        y,
        color: {
          condition: { test: "datum.chosen === 1", value: colour("accent") },
          value: colour("ink"),
        },
      },
    },
  ]);
}
