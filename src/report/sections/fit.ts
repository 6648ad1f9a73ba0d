import type { ReportBlock, Section } from "../../core/report.ts";
import { dataWithExperts, gateCurves } from "../charts/curves.ts";
import { draw, MOST_POINTS } from "../charts/frame.ts";
import type { Curves, DataPoints, ReportInput } from "../input.ts";
import { section, thinnedNote } from "./blocks.ts";
import { givenWords } from "./count.ts";

/** What the model says of the data: the experts over them, and who is in charge where. */
export function fitSection(input: ReportInput): Section[] {
  const { curves, points } = input;
  if (curves === undefined) return [];
  const given = givenWords(input);
  return section("fit", "The fit", [fitChart(curves, points, given), gateChart(curves, given)]);
}

function fitChart(
  curves: Curves,
  points: DataPoints = { x: [], y: [] },
  given: string | undefined,
): ReportBlock {
  const { x, y } = curves;
  const experts = curves.experts
    ? "Each row takes the colour of its most likely expert, paler where that is less sure. " +
      "Solid lines: the mean of each expert with its 90% interval, thin where its gate gives it " +
      `less than 5%${given === undefined ? "" : `; both are ${given}`}. `
    : "";
  const over = given === undefined ? "" : ", averaged over the number of experts";
  const prediction = `Dashed line and grey band: mean and 90% interval of a new observation${over}.`;
  const thin = thinnedNote(points.x.length, MOST_POINTS, "rows");
  return {
    kind: "chart",
    caption: `${experts}${prediction}${held(curves)}${thin}`,
    chart: draw(
      curves.experts
        ? `${y} over ${x}: the data, the line of each expert and the prediction`
        : `${y} over ${x}: the data and the prediction`,
      (page) => dataWithExperts(curves, points, page),
    ),
  };
}

function gateChart(curves: Curves, given: string | undefined): ReportBlock | undefined {
  if (curves.gates === undefined) return undefined;
  return {
    kind: "chart",
    caption: `Probability of each expert${given === undefined ? "" : ` ${given}`}, with 90% intervals.${held(curves)}`,
    chart: draw(`Probability of each expert over ${curves.x}`, (page) => gateCurves(curves, page)),
  };
}

const held = ({ held: others }: Curves): string => (others ? ` Held fixed: ${others}.` : "");
