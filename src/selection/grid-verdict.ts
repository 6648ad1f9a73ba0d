import { count } from "../../diagnostics/findings/wording.ts";
import type { ModelName } from "../report/grid-input.ts";

/** Which model each criterion names, in a sentence a model. */
export function gridVerdict(best: Readonly<Record<string, ModelName>>, ok: boolean): string {
  const byModel = new Map<string, string[]>();
  for (const [criterion, { formula, components }] of Object.entries(best)) {
    const model = `${count(components, "expert")} in ${formula}`;
    byModel.set(model, [...(byModel.get(model) ?? []), inWords(criterion)]);
  }
  const choices = [...byModel].map(([model, by]) => `${model} by ${by.join(", ")}`);
  const caution = ok ? "" : " Problems were found: read them before you trust these numbers.";
  return `Best: ${choices.join("; ")}.${caution}`;
}

const inWords = (criterion: string): string =>
  ({ aicc: "AICc", cv: "cross-validation" })[criterion] ?? criterion.toUpperCase();
