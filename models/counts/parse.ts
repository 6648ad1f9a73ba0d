import type { CountDeclaration } from "../../src/core/distribution.ts";
import { ModelError } from "../../src/core/errors.ts";
import { suggestion } from "../../src/data/closest.ts";
import { declare } from "../declare.ts";
import { countKinds, countSchema } from "./index.ts";
import type { CountKind } from "./kind.ts";

const CALL = /^([a-z-]+)\s*(?:\((.*)\))?$/i;

/**
 * A number of components or a prior on it, from text: "2", "poisson(1)", "bnb(1,4,3)", "weights(0.5,0.3,0.2)".
 * Throws a ModelError that shows how it is written.
 */
export function parseComponents(text: string): number | CountDeclaration {
  const K = Number(text);
  if (Number.isSafeInteger(K) && K >= 1) return K;
  const [, name, given] = CALL.exec(text.trim()) ?? [];
  if (name === undefined) throw unreadable(text);
  const entry = entryOf(name, text);
  const numbers = numbersIn(given ?? "", entry, text);
  const { kind, parameters, list } = entry;
  const values = list ? { [parameters[0]!]: numbers } : zip(parameters, numbers);
  return declare(countSchema, { ...values, kind }, "prior on the number of components", kind);
}

function unreadable(text: string): ModelError {
  const examples = countKinds.map(({ example }) => example).join(", ");
  return new ModelError(
    "the number of components must be a whole number ≥ 1 or a prior such as " +
      `${examples}; got "${text}"`,
    { text },
  );
}

/** The kind whose name or alias this is. */
function entryOf(name: string, text: string): CountKind {
  const wanted = name.toLowerCase();
  const entry = countKinds.find(({ kind, alias }) => kind === wanted || alias === wanted);
  if (entry !== undefined) return entry;
  const shown = countKinds.map(({ kind, alias }) => alias ?? kind);
  if (!text.includes("(")) throw unreadable(text);
  const known = countKinds.flatMap(({ kind, alias = kind }) => [kind, alias]);
  throw new ModelError(
    `the prior on the number of components must be one of ${shown.join(", ")}; ` +
      `got "${name}"${suggestion(name, known)}`,
    { name },
  );
}

function numbersIn(given: string, entry: CountKind, text: string): number[] {
  const { parameters, list, example, kind, alias = kind } = entry;
  const parts = given.trim() === "" ? [] : given.split(",").map((part) => part.trim());
  if (list ? parts.length === 0 : parts.length !== parameters.length) {
    const number = parameters.length === 1 ? "number" : "numbers";
    throw new ModelError(
      `${alias} must have ${list ? "at least one" : parameters.length} ${number} ` +
        `(${parameters.join(", ")}); got ${parts.length} in "${text}"; write for example ${example}`,
      { text },
    );
  }
  const stray = parts.find((part) => part === "" || Number.isNaN(Number(part)));
  if (stray === undefined) return parts.map(Number);
  throw new ModelError(
    `the parameters of ${alias} must be numbers, separated by commas; got "${stray}" in "${text}"; ` +
      `write for example ${example}`,
    { text },
  );
}

function zip(names: readonly string[], values: readonly number[]): Record<string, number> {
  return Object.fromEntries(names.map((name, j) => [name, values[j]!]));
}
