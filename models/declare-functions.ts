import * as v from "valibot";
import type { FunctionsDeclaration, FunctionTerms } from "../src/core/functions.ts";
import { keyed, must, positive, type Schema } from "./declare.ts";

/** Coefficients of a function unless said: what the last cosine adds is a 64th of the first, below what data show. */
export const DEFAULT_BASIS = 10;
/** Prior sd of a function's scale unless said: it moves by about one sd of the response, or one unit of log odds. */
export const DEFAULT_SCALE = 1;

/** A line and a parabola, without which functions are flat at both ends. */
const LEAST = 2;
const MOST = 50;

const termsSchema: Schema<FunctionTerms> = v.custom<FunctionTerms>(
  (terms) => terms === "all" || (Array.isArray(terms) && terms.every((t) => typeof t === "string")),
  must('"all" or a list of terms'),
);

/** Functions of an index, defaults filled in. */
export const functionsSchema: Schema<FunctionsDeclaration> = keyed({
  index: v.custom<string>(
    (name) => typeof name === "string" && name !== "",
    must("the name of a column"),
  ),
  experts: v.optional(termsSchema, "all"),
  gate: v.optional(termsSchema, "all"),
  dispersion: v.optional(v.boolean(must("true or false")), true),
  basis: v.optional(
    v.custom<number>(
      (M) => Number.isSafeInteger(M) && Number(M) >= LEAST && Number(M) <= MOST,
      must(`a whole number from ${LEAST} to ${MOST}`),
    ),
    DEFAULT_BASIS,
  ),
  scale: v.optional(positive, DEFAULT_SCALE),
  unit: v.exactOptional(positive),
});
