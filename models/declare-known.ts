import * as v from "valibot";
import type { DistributionDeclaration } from "../src/core/distribution.ts";
import { ModelError } from "../src/core/errors.ts";
import { must, type Schema } from "./declare.ts";
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

export const knownSchema: Schema<string> = v.pipe(
  v.string(must('the text of a density, such as "laplace(0.3*x, 1)"')),
  v.check(
    (text) => complaint(text) === undefined,
    ({ input }) => `cannot be read: ${complaint(input)}.`,
  ),
);

export const lambdaSchema: Schema<DistributionDeclaration> = priorOn("unit");

/** Of the share of the mixture, unless one is given. */
export const DEFAULT_LAMBDA = beta(1, 1);
