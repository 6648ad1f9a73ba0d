import * as v from "valibot";
import type { ModelDeclaration } from "../src/core/model.ts";
import { declare, keyed, must, type Schema } from "./declare.ts";
import { expertsSchema } from "./declare-experts.ts";
import { gateSchema } from "./declare-gate.ts";

const isDistribution = (input: unknown) =>
  typeof input === "object" && input !== null && "kind" in input;

const componentsSchema = v.custom<number>(
  (count) => typeof count === "number" && Number.isSafeInteger(count) && count >= 1,
  (issue) =>
    must("a whole number ≥ 1")(issue) +
    (isDistribution(issue.input) ? " A random number of experts is not available yet." : ""),
);

export const standardizeSchema = v.boolean(must("true or false"));

export const modelSchema: Schema<ModelDeclaration> = keyed({
  experts: expertsSchema,
  gate: gateSchema,
  components: componentsSchema,
  standardize: v.exactOptional(standardizeSchema),
});

/**
 * Declares a mixture of experts: validated, deeply frozen plain data that survives JSON.
 * Throws a ModelError that names the entry that is wrong.
 */
export function moe(model: ModelDeclaration): ModelDeclaration {
  return declare(modelSchema, model, "model");
}
