import type { Report, ReportBlock } from "../core/report.ts";
import { formatFixed, formatNumber, NOTHING } from "./format-number.ts";
import type { CrossValidated, GridInput, GridModel, ModelName, RankedBy } from "./grid-input.ts";
import { section, type TableColumn, tableOf, text } from "./sections/blocks.ts";
import type { WithError } from "./selection-input.ts";

/** One page on a grid of models: every criterion of each, the best by each, and what the criteria are. */
export function buildGridReport(input: GridInput): Report {
  const { title, subtitle, verdict, ok, findings, models, criteria, best } = input;
  return {
    title,
    subtitle,
    verdict,
    ok,
    findings,
    sections: [
      ...section("models", "The models", [modelsTable(models), heldOutTable(models)]),
      ...section("best", "The best by each criterion", bestBlocks(criteria, best)),
    ],
  };
}

const nameColumns: readonly TableColumn<GridModel>[] = [
  { heading: "formula", cell: ({ formula }) => formula, words: true },
  { heading: "K", cell: (model) => marked(model) },
];

function modelsTable(models: readonly GridModel[]): ReportBlock {
  return {
    kind: "table",
    caption:
      "Of every criterion smaller is better. *: degenerate, no maximum, never chosen; ?: not converged.",
    table: tableOf(models, [...nameColumns, ...criterionColumns]),
  };
}

/** A table of its own: beside the criteria it would not fit a page. */
function heldOutTable(models: readonly GridModel[]): ReportBlock | undefined {
  if (models.every(({ cv }) => cv === undefined)) return undefined;
  return {
    kind: "table",
    caption:
      "Log-likelihood of held-out rows (cv) ± standard error over rows: larger is better; less the best: row by row.",
    table: tableOf(models, [...nameColumns, ...cvColumns]),
  };
}

const marked = ({ components, degenerate, converged }: GridModel): string =>
  `${components}${degenerate ? "*" : converged ? "" : "?"}`;

const criterionColumns: readonly TableColumn<GridModel>[] = [
  { heading: "log-lik.", cell: ({ logLikelihood }) => formatFixed(logLikelihood, 2) },
  { heading: "df", cell: ({ df }) => `${df}` },
  { heading: "AIC", cell: ({ aic }) => formatFixed(aic, 2) },
  { heading: "AICc", cell: ({ aicc }) => (aicc === null ? NOTHING : formatFixed(aicc, 2)) },
  { heading: "BIC", cell: ({ bic }) => formatFixed(bic, 2) },
  { heading: "ICL", cell: ({ icl }) => formatFixed(icl, 2) },
  { heading: "NEC", cell: ({ nec }) => (nec === null ? NOTHING : formatNumber(nec)) },
];

const cvColumns: readonly TableColumn<GridModel>[] = [
  { heading: "cv", cell: ({ cv }) => (cv === undefined ? NOTHING : overRows(cv)) },
  { heading: "less the best", cell: ({ cv }) => (cv === undefined ? NOTHING : toBest(cv)) },
];

const overRows = ({ value, se }: WithError): string =>
  `${formatFixed(value, 1)} ± ${formatFixed(se, 1)}`;

const toBest = ({ difference }: CrossValidated): string =>
  difference.value === 0 && difference.se === 0 ? "best" : overRows(difference);

function bestBlocks(
  criteria: readonly RankedBy[],
  best: Readonly<Record<string, ModelName>>,
): ReportBlock[] {
  return [
    {
      kind: "table",
      caption: "Best is the model with the smallest or the largest value, as the direction says.",
      table: tableOf(criteria, [
        { heading: "criterion", cell: ({ name }) => heading(name), words: true },
        { heading: "better", cell: ({ better }) => better, words: true },
        { heading: "K", cell: ({ name }) => `${best[name]?.components ?? NOTHING}` },
        { heading: "formula", cell: ({ name }) => best[name]?.formula ?? NOTHING, words: true },
      ]),
    },
    ...criteria.map(({ name, formula, better }) =>
      text(`${heading(name)} = ${formula}; ${better} is better.`),
    ),
  ];
}

/** A criterion as its column is headed. */
const heading = (name: string): string => ({ aicc: "AICc", cv: "cv" })[name] ?? name.toUpperCase();
