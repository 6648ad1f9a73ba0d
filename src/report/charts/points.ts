import type { ChartSpec } from "../../core/report.ts";
import type { DataPoints } from "../input.ts";
import { colour, expertColour } from "../theme.ts";
import { data, type Page, thinned } from "./frame.ts";

const SHAPES = ["circle", "diamond", "triangle-up", "square", "cross", "triangle-down"];

/**
 * The rows as points, a layer an expert: in the colour and shape of the most likely one, fainter
 * where it is less sure; one plain layer where `experts` is 0 or the rows name none.
 */
export function pointLayers(
  points: DataPoints,
  experts: number,
  { x, y }: Readonly<Record<"x" | "y", ChartSpec>>,
  page: Page,
): ChartSpec[] {
  const { expert, probability = [] } = points;
  const kept = thinned(points.x.length);
  const mark = { type: "point", filled: true, size: page.narrow ? 16 : 28, clip: true };
  const encoding = { x, y: { ...y, field: "y" } };
  if (expert === undefined || experts === 0) {
    const plain = { ...mark, color: colour("soft"), opacity: 0.6 };
    return [{ data: pointData(points, kept), mark: plain, encoding }];
  }
  const sureness = {
    field: "probability",
    type: "quantitative",
    scale: { domain: [1 / Math.max(experts, 2), 1], range: [0.3, 0.95], clamp: true },
    legend: null,
  };
  return Array.from({ length: experts }, (_, k) => ({
    data: pointData(
      points,
      kept.filter((i) => expert[i] === k),
      (i) => ({ probability: probability[i] ?? 1 }),
    ),
    mark: { ...mark, color: expertColour(k), shape: SHAPES[k % SHAPES.length] },
    encoding: { ...encoding, opacity: sureness },
  }));
}

const pointData = (
  { x, y }: DataPoints,
  rows: readonly number[],
  more: (i: number) => Readonly<Record<string, number>> = () => ({}),
): ChartSpec =>
  data(rows.length, (row) => {
    const i = rows[row]!;
    return { x: x[i]!, y: y[i]!, ...more(i) };
  });
