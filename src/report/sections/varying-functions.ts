import type { ReportBlock, Section } from "../../core/report.ts";
import type { CoefficientCurve } from "../../core/varying-fit.ts";
import { expertName } from "../charts/curves.ts";
import { draw, MOST_POINTS } from "../charts/frame.ts";
import { isRooted, rowsWithMeans } from "../charts/varying-data.ts";
import { cutOff, type FunctionPanel, functionPanels } from "../charts/varying-functions.ts";
import type { Series } from "../input.ts";
import type { BandAlong, ContrastAlong, FunctionAlong, VaryingInput } from "../varying-input.ts";
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
    ...section("gate", "The gate", [
      probabilities(input),
      probabilitiesAtRows(input),
      partBlock(input, "gate"),
    ]),
    ...section("contrasts", "Differences between experts", contrastBlocks(input)),
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

/** At the rows that were asked for. */
function probabilitiesAtRows(input: VaryingInput): ReportBlock | undefined {
  const { probabilitiesAt = [], index, bands = "" } = input;
  if (probabilitiesAt.length === 0) return undefined;
  const panels = probabilitiesAt.map(
    ({ at, components }): FunctionPanel => ({
      title: Object.entries(at)
        .map(([name, value]) => `${name} = ${value}`)
        .join(", "),
      bands: components,
      constant: false,
      domain: [-0.015, 1.015],
    }),
  );
  return {
    kind: "chart",
    caption: `The same at other values of the covariates. ${bands}`,
    chart: draw(`Probability of each expert over ${index}, at other covariates`, (page) =>
      functionPanels(panels, input, page),
    ),
  };
}

/** A chart a pair of components, a panel a coefficient. */
function contrastBlocks(input: VaryingInput): ReportBlock[] {
  const { contrasts = [], index } = input;
  const pairs = [...new Set(contrasts.map(pairOf))];
  return pairs.map((pair, p): ReportBlock => {
    const own = contrasts.filter((one) => pairOf(one) === pair);
    const panels = own.map(
      (one): FunctionPanel => ({
        title: one.part === "gate" ? `gate: ${one.term}` : one.term,
        bands: [one],
        constant: !one.varies,
      }),
    );
    const about = p === 0 ? aboutLines(input, panels) : "";
    return {
      kind: "chart",
      caption: `${pair}, along ${index}. Where a band leaves 0 the two differ.${about}`,
      chart: draw(`${pair} over ${index}`, (page) =>
        functionPanels(panels, { ...input, names: [pair] }, page),
      ),
    };
  });
}

const pairOf = ({ component, against }: ContrastAlong): string =>
  `${expertName(component - 1)} less expert ${against}`;

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
