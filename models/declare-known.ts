import * as v from "valibot";
import type { DistributionDeclaration } from "../src/core/distribution.ts";
import { ModelError } from "../src/core/errors.ts";
import type { FittedKnown, FunctionKnown, KnownDeclaration } from "../src/core/model.ts";
import { kindOf, must, type Schema } from "./declare.ts";
import { parseKnown } from "./known/parse.ts";
import { beta } from "./priors/beta.ts";
import { priorOn } from "./priors/index.ts";

/** What is wrong with the text of a known density; undefined where nothing is. */
function complaint(text: string): string | undefined {
  try {
    parseKnown(text);
    return undefined;
  } catch (error) {
    if (error instanceof ModelError) return error.message;
    throw error;
  }
}

const textSchema: Schema<string> = v.pipe(
  v.string(must('the text of a density, such as "laplace(0.3*x, 1)"')),
  v.check(
    (text) => complaint(text) === undefined,
    ({ input }) => `cannot be read: ${complaint(input)}.`,
  ),
);

const fittedSchema: Schema<FittedKnown> = v.custom<FittedKnown>(
  (input) =>
    ["words", "model", "designs", "theta", "gamma"].every(
      (key) => typeof input === "object" && input !== null && key in input,
    ),
  must("what `knownFrom` makes of a maximum"),
);

const functionSchema: Schema<FunctionKnown> = v.custom<FunctionKnown>((input) => {
  const { words, columns, logDensity, sample } = input as Partial<FunctionKnown>;
  const functions = [logDensity, sample].every((of) => typeof of === "function");
  return typeof words === "string" && Array.isArray(columns) && functions;
}, must("an object with words, columns, logDensity(y, row) and sample(uniform, row)"));

/** Text, or one of the kinds that code makes. */
export const knownSchema: Schema<KnownDeclaration> = v.lazy((input): Schema<KnownDeclaration> => {
  if (kindOf(input) === "fitted") return fittedSchema;
  return kindOf(input) === "function" ? functionSchema : textSchema;
});

export const lambdaSchema: Schema<DistributionDeclaration> = priorOn("unit");

/** Of the share of the mixture, unless one is given. */
export const DEFAULT_LAMBDA = beta(1, 1);
