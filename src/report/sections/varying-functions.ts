import type { ReportBlock, Section } from "../../core/report.ts";
import type { CoefficientCurve } from "../../core/varying-fit.ts";
import { draw, MOST_POINTS } from "../charts/frame.ts";
import { isRooted, rowsWithMeans } from "../charts/varying-data.ts";
import { cutOff, type FunctionPanel, functionPanels } from "../charts/varying-functions.ts";
import type { Series } from "../input.ts";
import type { BandAlong, FunctionAlong, VaryingInput } from "../varying-input.ts";
import { section, thinnedNote } from "./blocks.ts";

type Part = CoefficientCurve["part"];

/** The rows over the index, and what each component makes of it. */
export function varyingDataSection(input: VaryingInput): Section[] {
  const { along, points, index } = input;
  if (along === undefined || points === undefined) return [];
  const thin = thinnedNote(points.x.length, MOST_POINTS, "rows");
  return section("rows", "The data", [
    {
      kind: "chart",
      caption:
        "Points: rows, in the colour of their most likely expert, faint where that is unsure. Lines: mean of each " +
        `expert.${isRooted(points) ? " The scale is that of square roots." : ""}${held(input)}${thin}`,
      chart: draw(`${along.y} over ${index}: the rows and the mean of each expert`, (page) =>
        rowsWithMeans(points, along, input, page),
      ),
    },
  ]);
}

/** Every coefficient function, part by part: experts, their dispersions, gate. */
export function varyingFunctionsSections(input: VaryingInput): Section[] {
  return [
    ...section("functions", "Coefficients of the experts", [partBlock(input, "experts")]),
    ...section("dispersion", "Dispersions", [partBlock(input, "dispersion")]),
    ...section("gate", "The gate", [probabilities(input), partBlock(input, "gate")]),
  ];
}

const WORDS: Readonly<Record<Part, string>> = {
  experts: "Coefficients of the experts",
  dispersion: "On a log scale",
  gate: "Coefficients of the gate, less their mean over the experts",
};

function partBlock(input: VaryingInput, part: Part): ReportBlock | undefined {
  const panels = panelsOf(input.functions.filter((one) => one.part === part));
  if (panels.length === 0 || (part === "gate" && input.components === 1)) return undefined;
  const names = panels.map(({ title }) => title).join(", ");
  return {
    kind: "chart",
    caption: `${WORDS[part]}, along ${input.index}.${aboutLines(input, panels)}`,
    chart: draw(`${WORDS[part]} over ${input.index}: ${names}`, (page) =>
      functionPanels(panels, input, page),
    ),
  };
}

function probabilities(input: VaryingInput): ReportBlock | undefined {
  const { along, index, components } = input;
  if (along === undefined || components === 1) return undefined;
  const hasBands = along.probabilities.some(({ lower }) => lower !== undefined);
  const panel: FunctionPanel = {
    title: "Probability of each expert",
    bands: along.probabilities,
    constant: false,
    domain: [-0.015, 1.015],
  };
  return {
    kind: "chart",
    caption: `Probability of each expert along ${index}, by the gate.${held(input)}${hasBands ? ` ${input.bands ?? ""}` : ""}`,
    chart: draw(`Probability of each expert over ${index}`, (page) =>
      functionPanels([panel], input, page),
    ),
  };
}

const held = ({ along }: VaryingInput): string =>
  along?.held === undefined ? "" : ` Held fixed: ${along.held}.`;

function aboutLines({ bands }: VaryingInput, panels: readonly FunctionPanel[]): string {
  return [
    bands === undefined ? "" : ` ${bands}`,
    panels.some(({ constant }) => constant) ? " Dashed: held constant." : "",
    panels.some(cutOff) ? " Bands are cut off where they run far out." : "",
  ].join("");
}

/** A panel a term, all components in it. */
function panelsOf(functions: readonly FunctionAlong[]): FunctionPanel[] {
  const terms = [...new Set(functions.map(({ term }) => term))];
  return terms.map((term) => {
    const own = functions
      .filter((one) => one.term === term)
      .sort((a, b) => a.component - b.component);
    const constant = own.every(({ varies }) => !varies);
    const isLog = own[0]!.part === "dispersion";
    return isLog
      ? { title: unlogged(term), bands: own.map(exponential), constant, log: true }
      : { title: term, bands: own, constant };
  });
}

/** "log sd" is shown as the sd itself, on a log scale. */
const unlogged = (term: string): string =>
  term.replace(/^log sd$/, "Residual sd").replace(/^log size$/, "Size");

const LIMITS = ["centre", "lower", "upper", "simultaneousLower", "simultaneousUpper"] as const;

function exponential(band: BandAlong): BandAlong {
  const exp = (values: Series): number[] => Array.from(values, Math.exp);
  const limits = LIMITS.flatMap((name) => (band[name] ? [[name, exp(band[name])] as const] : []));
  return { ...Object.fromEntries(limits), estimate: exp(band.estimate) };
}
