import type { Compared } from "../../../diagnostics/findings/compare-evidence.ts";
import type { ReportBlock, ReportTable, Section } from "../../core/report.ts";
import { comparedQuantities, intervalsOfBoth, predictionsOfBoth } from "../charts/comparison.ts";
import { expertName } from "../charts/curves.ts";
import { draw, MOST_POINTS } from "../charts/frame.ts";
import { formatFixed, formatNumber, NOTHING } from "../format-number.ts";
import type { ComparisonInput, ReportInput } from "../input.ts";
import { section, tableOf, text, thinnedNote } from "./blocks.ts";

/** The posterior beside the maximum of the likelihood, where one was asked for. */
export function comparisonSection({ comparison }: ReportInput): Section[] {
  return comparison === undefined ? [] : comparisonBlocks(comparison, true);
}

/** The section; withVerdict: not where the page has it at its top. */
export function comparisonBlocks(input: ComparisonInput, withVerdict: boolean): Section[] {
  const { components, ordered, findings, verdict } = input;
  return section("comparison", "Posterior and maximum likelihood", [
    withVerdict ? text(verdict) : undefined,
    withVerdict && findings.length > 0 ? { kind: "findings", findings } : undefined,
    text(likelihoodWords(input)),
    ...parameters(input),
    components.length === 0 && Object.keys(ordered).length > 0 ? inOrder(input) : undefined,
    components.length > 0 ? intervals(input) : undefined,
    predictions(input),
    optima(input),
  ]);
}

function likelihoodWords({ logLikelihood }: ComparisonInput): string {
  const { posteriorMean, posteriorSd, maximum, df } = logLikelihood;
  return (
    `Log-likelihood at the maximum: ${formatFixed(maximum, 2)}. Under the posterior: mean ` +
    `${formatFixed(posteriorMean, 2)}, sd ${formatNumber(posteriorSd)}, which is ` +
    `${formatNumber(maximum - posteriorMean)} lower; where the data outweigh the prior it is about half the ` +
    `number of free parameters lower, here ${formatNumber(df / 2)}.`
  );
}

interface Row {
  readonly name: string;
  readonly of: Compared;
}

/** A table an expert: with all in one, a phone shows little but names. */
function parameters({ components }: ComparisonInput): ReportBlock[] {
  const quantities = comparedQuantities(components);
  return components.map((_, k) => {
    const rows = quantities.flatMap(({ title, of }): Row[] =>
      of[k] === undefined ? [] : [{ name: short(title), of: of[k] }],
    );
    return {
      kind: "table",
      caption: k === 0 ? PARAMETERS : `The same of ${expertName(k)}.`,
      table: bothSides(expertName(k), rows),
    };
  });
}

const PARAMETERS =
  "Posterior mean with sd and central 90% interval, and the maximum with standard error and 90% Wald interval. " +
  "Difference: posterior mean less maximum, in standard errors.";

function bothSides(heading: string, rows: readonly Row[]): ReportTable {
  return tableOf(rows, [
    { heading, cell: ({ name }) => name, words: true },
    { heading: "posterior (sd)", cell: ({ of }) => centre(of.posterior.mean, of.posterior.sd) },
    { heading: "90%", cell: ({ of }) => range(of.posterior.q5, of.posterior.q95) },
    { heading: "maximum (se)", cell: ({ of }) => centre(of.maximum.estimate, of.maximum.se) },
    { heading: "90%", cell: ({ of }) => range(of.maximum.lower, of.maximum.upper) },
    { heading: "difference", cell: ({ of }) => optional(of.difference, 2) },
  ]);
}

const short = (title: string): string =>
  title
    .replace(/^(Coefficient|Parameter): /, "")
    .replace(/^Gate: /, "gate ")
    .replace(/^Residual /, "");

function inOrder({ ordered }: ComparisonInput): ReportBlock {
  const rows = Object.entries(ordered).map(([name, of]): Row => ({ name, of }));
  return {
    kind: "table",
    caption:
      "Parameters in ascending order, which need no labels: posterior mean, sd and 90% interval, and the maximum.",
    table: tableOf(rows, [
      { heading: "", cell: ({ name }) => name, words: true },
      { heading: "posterior (sd)", cell: ({ of }) => centre(of.posterior.mean, of.posterior.sd) },
      { heading: "90%", cell: ({ of }) => range(of.posterior.q5, of.posterior.q95) },
      { heading: "maximum", cell: ({ of }) => formatNumber(of.maximum.estimate) },
    ]),
  };
}

/** A number with as many decimals as two digits of its spread need. */
function centre(value: number, spread: number | null): string {
  if (spread === null || !(spread > 0)) return formatNumber(value);
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(spread)));
  return `${formatFixed(value, decimals)}\u00a0(${formatFixed(spread, decimals)})`;
}

const range = (low: number | null, high: number | null): string =>
  low === null || high === null || low === high
    ? NOTHING
    : `${formatNumber(low)}\u00a0to\u00a0${formatNumber(high)}`;

const optional = (value: number | null, decimals: number): string =>
  value === null ? NOTHING : formatFixed(value, decimals);

function intervals({ components }: ComparisonInput): ReportBlock {
  return {
    kind: "chart",
    caption:
      "90% intervals. Filled, above: posterior. Hollow, below: maximum and Wald interval, without a line where " +
      "there is no standard error, cut off where it runs far out. Each panel has its own axis.",
    chart: draw("Intervals of every parameter under the posterior and around the maximum", (page) =>
      intervalsOfBoth(components, page),
    ),
  };
}

function predictions({ curves, predictive, points }: ComparisonInput): ReportBlock | undefined {
  if (curves === undefined || predictive === undefined) return undefined;
  const { x, y, held } = curves;
  const shown = points ?? { x: [], y: [] };
  const others = held ? ` Held fixed: ${held}.` : "";
  return {
    kind: "chart",
    caption:
      "Mean and 90% interval of a new observation. Solid line and band: posterior. Dashed lines: the maximum, its " +
      `parameters taken as known.${others}${thinnedNote(shown.x.length, MOST_POINTS, "rows")}`,
    chart: draw(`${y} over ${x}: predictions of the posterior and of the maximum`, (page) =>
      predictionsOfBoth(curves, predictive, shown, page),
    ),
  };
}

function optima({ optima: found, logLikelihood }: ComparisonInput): ReportBlock | undefined {
  const below = (one: (typeof found)[number]): number => one.logLikelihood - logLikelihood.maximum;
  if (found.length === 0) return undefined;
  if (found.length === 1 && !found[0]!.degenerate && Math.abs(below(found[0]!)) < 0.1) {
    return text(
      `EM ends at this maximum from each of ${found[0]!.count} draws of the posterior where it was started.`,
    );
  }
  return {
    kind: "table",
    caption: "Where EM ends when it starts from draws of the posterior.",
    table: tableOf(found, [
      { heading: "log-likelihood", cell: (one) => formatFixed(one.logLikelihood, 2) },
      { heading: "less the maximum's", cell: (one) => formatFixed(below(one), 2) },
      { heading: "draws", cell: (one) => `${one.count}` },
      {
        heading: "what it is",
        cell: ({ degenerate }) => (degenerate ? "degenerate: no maximum" : "an optimum"),
        words: true,
      },
    ]),
  };
}
