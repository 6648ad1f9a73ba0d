import type { ModelDeclaration } from "../core/model.ts";

/** The formulas as they are given on a command line. */
export const formulaText = ({ experts, gate }: ModelDeclaration): string =>
  gate.kind === "softmax"
    ? `${experts.formula} | ${gate.formula.replace(/^~\s*/, "")}`
    : experts.formula;
