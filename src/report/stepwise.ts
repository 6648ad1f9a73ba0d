import type { Report, ReportTable } from "../core/report.ts";
import { formatFixed, NOTHING } from "./format-number.ts";
import { section, type TableColumn, tableOf } from "./sections/blocks.ts";
import type { Step, StepwiseInput } from "./stepwise-input.ts";

/** One page on a stepwise search: the path, and the neighbours of its end. */
export function buildStepwiseReport(input: StepwiseInput): Report {
  const { title, subtitle, verdict, ok, findings, criterion, path, neighbours } = input;
  const name = criterion.name === "aicc" ? "AICc" : criterion.name.toUpperCase();
  return {
    title,
    subtitle,
    verdict,
    ok,
    findings,
    sections: [
      ...section("path", "The path", [
        {
          kind: "table",
          caption: `${name} = ${criterion.formula}; smaller is better. Each step is the best of all neighbours.`,
          table: stepsTable(path, name),
        },
      ]),
      ...section("neighbours", "Neighbours of the end", [
        {
          kind: "table",
          caption: "Best first. *: degenerate, no maximum, never chosen; ?: not converged.",
          table: stepsTable(neighbours, name),
        },
      ]),
    ],
  };
}

function stepsTable(steps: readonly Step[], criterion: string): ReportTable {
  const columns: readonly TableColumn<Step>[] = [
    { heading: "move", cell: ({ move }) => move, words: true },
    { heading: "formula", cell: ({ formula }) => formula, words: true },
    {
      heading: "K",
      cell: ({ components, degenerate, converged }) =>
        `${components}${degenerate ? "*" : converged ? "" : "?"}`,
    },
    { heading: "log-lik.", cell: ({ logLikelihood }) => formatFixed(logLikelihood, 2) },
    { heading: "df", cell: ({ df }) => `${df}` },
    {
      heading: criterion,
      cell: ({ criterion: value }) => (value === null ? NOTHING : formatFixed(value, 2)),
    },
  ];
  return tableOf(steps, columns);
}
