import type { ContractionCell, Rate } from "../../core/experiment.ts";
import type { ChartSpec } from "../../core/report.ts";
import { expertColour } from "../theme.ts";
import { data, layered, lineLegend, type Page } from "./frame.ts";

/** Medians and quartiles of some measures of one fit over n, log–log, with a dashed line of theory's slope each. */
export function rateChart(
  cells: readonly ContractionCell[],
  rates: readonly Rate[],
  page: Page,
): ChartSpec {
  const measures = rates.map(({ measure }) => measure);
  const points = cells.flatMap(({ n, measures: all }) =>
    all
      .filter(({ measure, median }) => measures.includes(measure) && median > 0)
      .map((m) => ({ n, ...m })),
  );
  const color = {
    field: "measure",
    type: "nominal",
    scale: { domain: measures, range: measures.map((_, k) => expertColour(k)) },
    legend: lineLegend(page),
  };
  const x = {
    field: "n",
    type: "quantitative",
    title: "n",
    scale: { type: "log", nice: false },
    axis: { values: [...new Set(cells.map(({ n }) => n))], format: "~r", labelOverlap: true },
  };
  const y = {
    type: "quantitative",
    title: "Median and quartiles",
    scale: { type: "log", nice: false },
    axis: { format: "~g", tickCount: 5 },
  };
  const log = (field: string) => ({ ...y, field });
  const medians = data(points.length, (i) => {
    const { n, measure, median, low, high } = points[i]!;
    return { n, measure, value: median, low: low > 0 ? low : median, high };
  });
  const lines = theoryLines(points, rates);
  return layered(page, 300, [
    {
      data: medians,
      mark: { type: "rule", opacity: 0.45, strokeWidth: 1.5 },
      encoding: { x, y: log("low"), y2: { field: "high" }, color },
    },
    {
      data: data(lines.length, (i) => lines[i]!),
      mark: { type: "line", strokeDash: [4, 3], strokeWidth: 1, opacity: 0.8 },
      encoding: { x, y: log("value"), color },
    },
    {
      data: medians,
      mark: { type: "line", strokeWidth: 1.8, point: { filled: true, size: 36 } },
      encoding: { x, y: log("value"), color },
    },
  ]);
}

/** From the first median of each measure, as theory says. */
function theoryLines(
  points: readonly { readonly n: number; readonly measure: string; readonly median: number }[],
  rates: readonly Rate[],
) {
  return rates.flatMap(({ measure, theory }) => {
    const own = points.filter((point) => point.measure === measure);
    const [first] = own;
    if (theory === null || first === undefined) return [];
    return own.map(({ n }) => ({ n, measure, value: first.median * (n / first.n) ** theory }));
  });
}
