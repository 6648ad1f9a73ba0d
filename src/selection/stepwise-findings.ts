import { count, fewOf, rounded, sentence } from "../../diagnostics/findings/wording.ts";
import type { Finding } from "../core/diagnostic.ts";
import type { Step } from "../report/stepwise-input.ts";
import { searchFindings } from "./grid-findings.ts";
import { type StepwiseFits, stepOf } from "./stepwise-fits.ts";

/** What must be told of a search beside its path. */
export function stepwiseFindings(
  end: Step,
  fits: StepwiseFits,
  maxComponents: number,
  dropped: number,
): Finding[] {
  const all = fits.all();
  const models = all.map((fit) => stepOf("", fit, "bic"));
  const own = [...nothingRegular(end), ...atLargest(end, maxComponents), ...leftOut(fits)];
  const worded = own.map((finding) => ({ ...finding, message: sentence(finding.message) }));
  return [...worded, ...searchFindings(models, all, dropped)];
}

function nothingRegular({ degenerate }: Step): Finding[] {
  if (!degenerate) return [];
  const message =
    "the search has ended at a model with a degenerate expert, since its neighbours are degenerate, too: its criterion " +
    "means nothing; give the sd a floor, or begin from the smallest model";
  return [{ code: "degenerate-choice", severity: "problem", message }];
}

function atLargest({ components }: Step, maxComponents: number): Finding[] {
  if (components < maxComponents || maxComponents === 1) return [];
  const message =
    `the model chosen has ${components} experts, the most that were allowed: more may be better; allow for more ` +
    "(--max-components)";
  return [{ code: "largest-number-chosen", severity: "note", message }];
}

function leftOut(fits: StepwiseFits): Finding[] {
  const all = fits.leftOut();
  const [first] = all;
  if (first === undefined) return [];
  const formulas = [...new Set(all.map(({ formula }) => `"${formula}"`))];
  const message = `${count(all.length, "model")} could not be fitted and ${all.length === 1 ? "was" : "were"} left out (${fewOf(formulas)}): ${first.reason}`;
  return [{ code: "models-left-out", severity: "note", message }];
}

/** What was chosen, in a sentence or two. */
export function stepwiseVerdict(path: readonly Step[], criterion: string, ok: boolean): string {
  const { components, formula, criterion: value } = path.at(-1)!;
  const name = criterion === "aicc" ? "AICc" : criterion.toUpperCase();
  const number = value === null ? "is not defined" : rounded(value);
  const caution = ok ? "" : " Problems were found: read them before you trust these numbers.";
  return `${count(components, "expert")} in ${formula}: ${name} ${number} after ${count(path.length - 1, "step")}, and no neighbour is better.${caution}`;
}
