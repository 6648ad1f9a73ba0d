import { unsettled } from "../../../diagnostics/findings/unsettled.ts";
import type { ReportBlock, Section } from "../../core/report.ts";
import { densityOverlay, MOST_REPLICATES, pitHistogram, residualsByX } from "../charts/checks.ts";
import { countBars } from "../charts/count-bars.ts";
import { draw, MOST_POINTS } from "../charts/frame.ts";
import { formatFixed, formatNumber, NOTHING } from "../format-number.ts";
import type { CountCheck, ElpdRow, PredictiveChecks, ReportInput } from "../input.ts";
import { chainsOf, section, tableOf, text, thinnedNote } from "./blocks.ts";

/** Whether the model could have made these data, and how well it would predict others. */
export function checkSection(input: ReportInput): Section[] {
  const { checks, curves, elpd = [] } = input;
  return section("checks", "Predictive checks", [
    checks?.density && densityChart(checks.density, curves?.y ?? "Response"),
    checks?.counts && countChart(checks.counts, curves?.y ?? "Response"),
    checks?.pit && pitChart(checks.pit, checks.counts !== undefined),
    checks?.residuals && residualChart(checks.residuals),
    ...(elpd.length > 0 ? [elpdTable(elpd), elpdWarning(input)] : []),
  ]);
}

function densityChart(
  density: NonNullable<PredictiveChecks["density"]>,
  response: string,
): ReportBlock {
  const made = density.replicates.length;
  return {
    kind: "chart",
    caption:
      "The data among data sets that the posterior makes: it should look like one of them." +
      thinnedNote(made, MOST_REPLICATES, "data sets"),
    chart: draw(`Density of ${response}: the data over posterior replicates`, (page) =>
      densityOverlay(density, response, page),
    ),
  };
}

const countChart = (counts: CountCheck, response: string): ReportBlock => ({
  kind: "chart",
  caption:
    "Bars: how many rows have each value. Lines: median and central 90% of data sets that the " +
    "posterior makes; most bars should end within them. The axis shows square roots, on which " +
    "counts spread alike.",
  chart: draw(`Rows by ${response}: the data and posterior replicates`, (page) =>
    countBars(counts, response, page),
  ),
});

const pitChart = (pit: ArrayLike<number>, randomised: boolean): ReportBlock => ({
  kind: "chart",
  caption:
    "Where each observation falls in its own predictive distribution. Flat: calibrated; a hump: " +
    "too wide; horns: too narrow. Grey: where 95% of the bars would be if it were calibrated." +
    (randomised ? " A count takes up a range of heights, in which its place is drawn." : ""),
  chart: draw("Histogram of probability integral transforms", (page) => pitHistogram(pit, page)),
});

const residualChart = (residuals: NonNullable<PredictiveChecks["residuals"]>): ReportBlock => ({
  kind: "chart",
  caption:
    "Observation minus predictive mean" +
    (residuals.inSds ? ", in predictive sds" : "") +
    ", with a local smooth: near zero where the mean is right." +
    thinnedNote(residuals.at.length, MOST_POINTS, "rows"),
  chart: draw(`Residuals over ${residuals.x}`, (page) => residualsByX(residuals, page)),
});

/** The first estimate in a line, as a terminal shows it. */
export function elpdLine(input: ReportInput): ReportBlock | undefined {
  const [first] = input.elpd ?? [];
  if (first === undefined) return undefined;
  const [elpd, se, p] = [first.elpd, first.se, first.p].map((value) => formatFixed(value, 1));
  const apart = apartWords(input);
  const trust = apart === undefined ? "" : `; not to be trusted: ${apart}`;
  return text(`elpd (${first.method}) ${elpd} ± ${se}, p ${p}${trust}`);
}

function elpdWarning(input: ReportInput): ReportBlock | undefined {
  const apart = apartWords(input);
  return apart === undefined ? undefined : text(`These must not be trusted: ${apart}.`);
}

const apartWords = (input: ReportInput): string | undefined =>
  unsettled(input.variables, chainsOf(input));

const elpdTable = (rows: readonly ElpdRow[]): ReportBlock => ({
  kind: "table",
  caption:
    "Expected log density of new observations, summed over rows (higher is better); p: effective " +
    "number of parameters. PSIS-LOO can be trusted where no Pareto k is too high.",
  table: tableOf(rows, [
    { heading: "method", cell: ({ method }) => method, words: true },
    { heading: "elpd", cell: ({ elpd }) => formatFixed(elpd, 1) },
    { heading: "se", cell: ({ se }) => formatFixed(se, 1) },
    { heading: "p", cell: ({ p }) => formatFixed(p, 1) },
    { heading: "rows with high k", cell: ({ unreliable }) => unreliable?.toString() ?? NOTHING },
    { heading: "largest k", cell: ({ worstK = Number.NaN }) => formatNumber(worstK, 2) },
  ]),
});
