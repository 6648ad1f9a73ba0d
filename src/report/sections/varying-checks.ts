import type { ReportBlock, Section } from "../../core/report.ts";
import { draw } from "../charts/frame.ts";
import { bandwidthChart } from "../charts/varying-bandwidth.ts";
import { windowCharts } from "../charts/varying-windows.ts";
import { formatFixed, formatNumber, NOTHING } from "../format-number.ts";
import type { VaryingBandwidth, VaryingInput } from "../varying-input.ts";
import { section, tableOf, text } from "./blocks.ts";
import { chainSection, summarySection } from "./convergence.ts";

/** Whether what was let vary does vary. */
export function varyingTestsSection({ tests }: VaryingInput): Section[] {
  if (tests === undefined || tests.rows.length === 0) return [];
  const headings = [...new Set(tests.rows.flatMap(({ cells }) => Object.keys(cells)))];
  return section("tests", "Does it vary?", [
    text(tests.words),
    {
      kind: "table",
      caption: "What is taken to be the same at every value of the index.",
      table: tableOf(tests.rows, [
        { heading: "constant", cell: ({ what }) => what, words: true },
        ...headings.map((heading) => ({
          heading,
          cell: ({ cells }: (typeof tests.rows)[number]) => cells[heading] ?? NOTHING,
        })),
      ]),
    },
  ]);
}

/** How many experts, where that was asked. */
export function varyingCountSection({ counts }: VaryingInput): Section[] {
  if (counts === undefined) return [];
  const fixed = (value: number | null): string =>
    value === null ? NOTHING : formatFixed(value, 1);
  return section("count", "How many experts", [
    text(counts.words),
    {
      kind: "table",
      caption:
        "Held out: log-likelihood of rows left out, larger is better; less the best, ± its standard error. Parameters: " +
        "effective ones of the kernel fit; of AIC and BIC smaller is better.",
      table: tableOf(counts.rows, [
        { heading: "K", cell: ({ components }) => `${components}` },
        {
          heading: "bandwidth",
          cell: ({ bandwidth }) => (bandwidth === null ? NOTHING : formatNumber(bandwidth)),
        },
        { heading: "held out", cell: ({ heldOut }) => fixed(heldOut) },
        {
          heading: "less the best",
          cell: ({ difference, differenceError }) =>
            difference === 0
              ? "best"
              : difference === null
                ? "not judged"
                : `${fixed(difference)} ± ${fixed(differenceError)}`,
        },
        { heading: "parameters", cell: ({ effectiveParameters }) => fixed(effectiveParameters) },
        { heading: "AIC", cell: ({ aic }) => fixed(aic) },
        { heading: "BIC", cell: ({ bic }) => fixed(bic) },
      ]),
    },
  ]);
}

/** How many rows each estimate rests on, and how well the components are told apart there. */
export function varyingWindowsSection(input: VaryingInput): Section[] {
  const { windows, index } = input;
  if (windows === undefined) return [];
  const unsure =
    windows.ambiguous.length > 0 ? " Red: which component is which is not certain there." : "";
  return section("windows", "What each point rests on", [
    {
      kind: "chart",
      caption:
        "Effective rows: (Σ w)² / Σ w², w the weights of the kernel, times responsibilities for an expert. Overlap: mean " +
        `entropy of the responsibilities, 0 where experts are told apart and 1 where they are not at all.${unsure} At the bottom, the rows themselves.`,
      chart: draw(`Effective rows, overlap of the experts and rows over ${index}`, (page) =>
        windowCharts(windows, input, page),
      ),
    },
  ]);
}

/** How smooth the functions were taken to be, and why. */
export function varyingBandwidthSection({ bandwidth, index }: VaryingInput): Section[] {
  if (bandwidth === undefined) return [];
  const { bandwidth: h, inIndex, candidates, how } = bandwidth;
  return section("bandwidth", "Bandwidth", [
    text(
      `Bandwidth ${formatNumber(h)} of the range of ${index} (${formatNumber(inIndex)} in its units), ${how}: each point sees rows ` +
        "that are nearer than this.",
    ),
    ...(candidates === undefined ? [] : choice(bandwidth, candidates)),
  ]);
}

type Candidates = NonNullable<VaryingBandwidth["candidates"]>;

function choice(bandwidth: VaryingBandwidth, candidates: Candidates): ReportBlock[] {
  const optional = (value: number | null): string =>
    value === null ? NOTHING : formatFixed(value, 1);
  return [
    {
      kind: "chart",
      caption:
        "Log-likelihood of rows left out, less that of the best bandwidth (blue), ± one standard error of the difference.",
      chart: draw("Held-out log-likelihood of each bandwidth less the best", (page) =>
        bandwidthChart(bandwidth, page),
      ),
    },
    {
      kind: "table",
      caption: "The same in numbers; larger is better.",
      table: tableOf(candidates, [
        { heading: "bandwidth", cell: (one) => formatNumber(one.bandwidth) },
        { heading: "held-out log-likelihood", cell: (one) => optional(one.heldOut) },
        {
          heading: "less the best",
          cell: ({ difference, differenceError }) =>
            difference === 0
              ? "best"
              : difference === null
                ? "not judged"
                : `${optional(difference)} ± ${optional(differenceError)}`,
        },
      ]),
    },
  ];
}

/** Whether the chains agree, where there are any. */
export function varyingDrawsSections({ draws }: VaryingInput): Section[] {
  return draws === undefined ? [] : [...summarySection(draws), ...chainSection(draws)];
}

/** The facts, the command and the declaration. */
export function varyingReproduceSection({ facts, command, declaration }: VaryingInput): Section[] {
  return section("reproduce", "Doing it again", [
    command === undefined ? undefined : { kind: "code", caption: "Command", text: command },
    {
      kind: "table",
      caption: "The fit.",
      table: tableOf(facts, [
        { heading: "", cell: ([name]) => name, words: true },
        { heading: "", cell: ([, value]) => value, words: true },
      ]),
    },
    { kind: "code", caption: "Declaration", text: JSON.stringify(declaration, null, 2) },
  ]);
}
