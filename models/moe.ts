import * as v from "valibot";
import type { CountDeclaration } from "../src/core/distribution.ts";
import type { ModelDeclaration } from "../src/core/model.ts";
import { countSchema } from "./counts/index.ts";
import { declare, keyed, kindOf, must, type Schema } from "./declare.ts";
import { expertsSchema } from "./declare-experts.ts";
import { functionsSchema } from "./declare-functions.ts";
import { gateSchema } from "./declare-gate.ts";
import { knownSchema, lambdaSchema } from "./declare-known.ts";

/** A prior on the number of components as it may be written: `max` may be left out. */
export interface CountInput {
  readonly kind: string;
  readonly [parameter: string]: string | number | readonly number[];
}

/** A model as it may be written. */
export interface ModelInput extends Omit<ModelDeclaration, "components"> {
  readonly components: number | CountInput;
}

const HOW_TO_WRITE = ' A prior on it is written like {"kind": "poisson", "rate": 1, "max": 6}.';

const fixedSchema = v.custom<number>(
  (count) => typeof count === "number" && Number.isSafeInteger(count) && count >= 1,
  (issue) =>
    must("a whole number ≥ 1")(issue) + (typeof issue.input === "number" ? "" : HOW_TO_WRITE),
);

/** A number of components, or a prior on it. */
export const componentsSchema: Schema<number | CountDeclaration> = v.lazy(
  (input): Schema<number | CountDeclaration> =>
    kindOf(input) === undefined ? fixedSchema : countSchema,
);

export const standardizeSchema = v.boolean(must("true or false"));

export const modelSchema: Schema<ModelDeclaration> = v.pipe(
  keyed({
    experts: expertsSchema,
    gate: gateSchema,
    components: componentsSchema,
    standardize: v.exactOptional(standardizeSchema),
    known: v.exactOptional(knownSchema),
    lambda: v.exactOptional(lambdaSchema),
    varying: v.exactOptional(functionsSchema),
  }),
  v.check(
    ({ known, varying }) => known === undefined || varying === undefined,
    "must have only one of `known` and `varying`: functions beside a known density are not sampled.",
  ),
  v.check(
    ({ known, lambda }) => lambda === undefined || known !== undefined,
    "must have a `known` density where it has `lambda`, the share of the mixture beside it.",
  ),
);

/**
 * Declares a mixture of experts: validated, deeply frozen plain data that survives JSON, `max` of a prior on the number
 * of components filled in. Throws a ModelError that names the entry that is wrong.
 */
export function moe(model: ModelInput): ModelDeclaration {
  return declare(modelSchema, model, "model");
}
