import type { Report, ReportBlock, Section } from "../core/report.ts";
import { dataWithExperts, expertName, gateCurves } from "./charts/curves.ts";
import { draw, MOST_POINTS } from "./charts/frame.ts";
import { formatFixed, formatNumber, NOTHING } from "./format-number.ts";
import type { FittedComponent, MaximumInput, MaybeEstimate } from "./maximum-input.ts";
import { section, tableOf, text, thinnedNote } from "./sections/blocks.ts";

/** One page on a maximum: its parameters with their errors, the criteria, the optima of all starts, the curves. */
export function buildMaximumReport(input: MaximumInput): Report {
  const { title, subtitle, verdict, ok, findings } = input;
  return {
    title,
    subtitle,
    verdict,
    ok,
    findings,
    sections: [
      ...section("estimates", "Estimates", [
        text(input.errors),
        estimates(input.components),
        ...intervals(input),
      ]),
      ...criteriaSection(input),
      ...censusSection(input),
      ...fitSection(input),
    ],
  };
}

type ParameterRow = readonly [string, readonly (MaybeEstimate | undefined)[]];

function estimates(components: readonly FittedComponent[]): ReportBlock {
  return parameterTable(
    components,
    "Estimate (standard error), experts by falling weight. Weight: mean probability over the rows. " +
      "Rows of the gate: less their mean over experts, so that only differences count.",
    withError,
  );
}

function intervals({ components, intervals: words }: MaximumInput): ReportBlock[] {
  if (words === undefined) return [];
  return [text(`${words}:`), parameterTable(components, `${words}.`, ends)];
}

/** A row a parameter, a column a component. */
function parameterTable(
  components: readonly FittedComponent[],
  caption: string,
  cell: (known: MaybeEstimate | undefined) => string,
): ReportBlock {
  return {
    kind: "table",
    caption,
    table: tableOf(parameterRows(components), [
      { heading: "", cell: ([name]) => name, words: true },
      ...components.map((_, k) => ({
        heading: expertName(k),
        cell: (of: ParameterRow) => cell(of[1][k]),
      })),
    ]),
  };
}

function parameterRows(components: readonly FittedComponent[]): ParameterRow[] {
  const [first] = components;
  const names = (part: "coefficients" | "others" | "gate") => Object.keys(first?.[part] ?? {});
  const weights = components.map(({ weight, weightSe, weightInterval }) => ({
    estimate: weight,
    se: weightSe,
    interval: weightInterval,
  }));
  return [
    ["Weight", weights],
    ...names("coefficients").map(
      (term) => [term, components.map(({ coefficients }) => coefficients[term])] as const,
    ),
    ...(first?.sd === undefined ? [] : [["sd", components.map(({ sd }) => sd)] as const]),
    ...names("others").map(
      (name) => [name, components.map(({ others }) => others?.[name])] as const,
    ),
    ...names("gate").map(
      (term) => [`gate: ${term}`, components.map(({ gate }) => gate[term])] as const,
    ),
  ];
}

/** To the digits of the standard error. */
function ends(known: MaybeEstimate | undefined): string {
  if (known === undefined || known.interval.every((end) => end === null)) return NOTHING;
  return known.interval
    .map((end) => (end === null ? "…" : formatFixed(end, decimalsOf(known.se))))
    .join(" to ");
}

function withError(known: MaybeEstimate | undefined): string {
  if (known === undefined) return NOTHING;
  const { estimate, se } = known;
  if (se === null || !(se > 0)) return formatNumber(estimate, 4);
  const decimals = decimalsOf(se);
  return `${formatFixed(estimate, decimals)} (${formatFixed(se, decimals)})`;
}

/** Two digits of the standard error; four decimals where there is none. */
function decimalsOf(se: number | null): number {
  return se === null || !(se > 0) ? 4 : Math.max(0, 1 - Math.floor(Math.log10(se)));
}

function criteriaSection(input: MaximumInput): Section[] {
  const { logLikelihood, df, iterations, gradientNorm, criteria, nextTest } = input;
  return section("criteria", "How well it fits", [
    text(
      `Log-likelihood ${formatFixed(logLikelihood, 4)} with ${df} free parameters, reached in ${iterations} ` +
        `iterations; the largest derivative left is ${formatNumber(gradientNorm)} a row.`,
    ),
    {
      kind: "table",
      caption: "Of each criterion, smaller is better.",
      table: tableOf(criteria, [
        { heading: "criterion", cell: ({ name }) => name.toUpperCase(), words: true },
        { heading: "value", cell: ({ value }) => formatFixed(value, 2) },
        { heading: "definition", cell: ({ formula }) => formula, words: true },
      ]),
    },
    nextTest === undefined ? undefined : text(nextTest),
  ]);
}

const MOST_OPTIMA = 12;

function censusSection({ census, comparedRows, rows }: MaximumInput): Section[] {
  const shown = census.slice(0, MOST_OPTIMA);
  const hidden = census.slice(MOST_OPTIMA).reduce((sum, { count }) => sum + count, 0);
  return section("census", "Optima that starts have reached", [
    comparedRows === rows
      ? undefined
      : text(
          `Starts were compared on ${comparedRows} of ${rows} rows, evenly spread; only the highest optima there were ` +
            "followed on all rows.",
        ),
    {
      kind: "table",
      caption: `Distinct optima, highest first.${hidden > 0 ? ` ${hidden} starts ended in lower ones.` : ""}`,
      table: tableOf(shown, [
        { heading: "log-likelihood", cell: ({ logLikelihood }) => formatFixed(logLikelihood, 4) },
        { heading: "starts", cell: ({ count }) => `${count}` },
        { heading: "what it is", cell: kindOfOptimum, words: true },
        { heading: "kinds of start", cell: ({ starts }) => starts.join(", "), words: true },
      ]),
    },
  ]);
}

function kindOfOptimum({ degenerate, rows }: MaximumInput["census"][number]): string {
  const kind = degenerate ? "degenerate: no maximum" : "a maximum";
  return rows === undefined ? kind : `${kind} (of ${rows} rows)`;
}

function fitSection({ curves, points = { x: [], y: [] } }: MaximumInput): Section[] {
  if (curves === undefined) return [];
  const { x, y, held } = curves;
  const others = held ? ` Held fixed: ${held}.` : "";
  const thin = thinnedNote(points.x.length, MOST_POINTS, "rows");
  return section("fit", "The fit", [
    {
      kind: "chart",
      caption:
        "Each row takes the colour of its most likely expert, paler where that is less sure. Solid lines: the mean of " +
        "each expert, thin where its gate gives it less than 5%. Dashed line and grey band: mean and central 90% of a " +
        `new observation, parameters taken as known.${others}${thin}`,
      chart: draw(`${y} over ${x}: the data, the line of each expert and the prediction`, (page) =>
        dataWithExperts(curves, points, page),
      ),
    },
    curves.gates && {
      kind: "chart",
      caption: `Probability of each expert.${others}`,
      chart: draw(`Probability of each expert over ${x}`, (page) => gateCurves(curves, page)),
    },
  ]);
}
