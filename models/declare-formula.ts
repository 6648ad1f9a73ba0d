import * as v from "valibot";
import { ModelError } from "../src/core/errors.ts";
import { parseFormula } from "../src/data/formula.ts";
import { must, type Schema } from "./declare.ts";

/** Why a formula cannot be read; undefined where it can. */
function unreadable(text: string): string | undefined {
  try {
    parseFormula(text);
    return undefined;
  } catch (error) {
    if (error instanceof ModelError) return error.message;
    throw error;
  }
}

function readable(be: string, isSided: (text: string) => boolean): Schema<string> {
  return v.pipe(
    v.custom<string>((text) => typeof text === "string" && isSided(text), must(be)),
    v.check(
      (text) => unreadable(text) === undefined,
      ({ input }) => `cannot be read: ${unreadable(input)}`,
    ),
  );
}

/** The formula of experts: a response, and terms. */
export const twoSided = readable(
  'a formula of the experts alone, such as "y ~ x"',
  (text) => /^\s*[^~\s]/.test(text) && text.includes("~") && !text.includes("|"),
);

/** The formula of a gate: terms only. */
export const oneSided = readable(
  'a formula without a response, such as "~ x"',
  (text) => /^\s*~/.test(text) && !text.includes("|"),
);
