import * as v from "valibot";
import type { ExpertsDeclaration, GateDeclaration } from "../src/core/model.ts";
import { declare, keyed, must, type Schema } from "./declare.ts";
import { expertsSchema } from "./declare-experts.ts";
import { gateSchema } from "./declare-gate.ts";
import { standardizeSchema } from "./moe.ts";

/** Terms whose coefficients vary, in every component: all, or these (an intercept is "(Intercept)"). */
export type VaryingTerms = "all" | readonly string[];

/** What varies with an index. What does not is the same at every value of it: a hybrid model. */
export interface VaryingDeclaration {
  /** Numeric column. */
  readonly index: string;
  readonly experts: VaryingTerms;
  readonly gate: VaryingTerms;
  /** The sd, or the size, of each expert. */
  readonly dispersion: boolean;
}

/** A mixture of experts whose coefficients are functions of an index; plain data. */
export interface VaryingModel {
  readonly experts: ExpertsDeclaration;
  readonly gate: GateDeclaration;
  readonly components: number;
  readonly varying: VaryingDeclaration;
  readonly standardize: boolean;
}

/** The same as it may be written. */
export interface VaryingModelInput extends Omit<VaryingModel, "standardize"> {
  readonly standardize?: boolean;
}

const MOST_COMPONENTS = 10;

const termsSchema: Schema<VaryingTerms> = v.custom<VaryingTerms>(
  (terms) => terms === "all" || (Array.isArray(terms) && terms.every((t) => typeof t === "string")),
  must('"all" or a list of terms'),
);

const varyingSchema: Schema<VaryingDeclaration> = keyed({
  index: v.pipe(
    v.custom<string>((name) => typeof name === "string", must("the name of a column")),
    v.check((name) => name !== "", must("the name of a column")),
  ),
  experts: v.optional(termsSchema, "all"),
  gate: v.optional(termsSchema, "all"),
  dispersion: v.optional(v.boolean(must("true or false")), true),
});

const modelSchema: Schema<VaryingModel> = keyed({
  experts: expertsSchema,
  gate: gateSchema,
  components: v.custom<number>(
    (K) => Number.isSafeInteger(K) && Number(K) >= 1 && Number(K) <= MOST_COMPONENTS,
    must(`a whole number from 1 to ${MOST_COMPONENTS}`),
  ),
  varying: varyingSchema,
  standardize: v.optional(standardizeSchema, true),
});

/**
 * Says that coefficients are functions of the column `index`: all of them, or those of the terms named and, unless false,
 * the dispersions.
 */
export function varying(
  index: string,
  what: Partial<Omit<VaryingDeclaration, "index">> = {},
): VaryingDeclaration {
  return declare(varyingSchema, { ...what, index }, "varying coefficients", "varying");
}

/**
 * Declares a varying-coefficient mixture of experts: validated, deeply frozen plain data that survives JSON. Throws a
 * ModelError that names the entry that is wrong. Source: [huang2013], [zhao2026].
 */
export function varyingMoe(model: VaryingModelInput): VaryingModel {
  return declare(modelSchema, model, "varying-coefficient model");
}
