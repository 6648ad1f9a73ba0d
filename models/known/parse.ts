import { ModelError } from "../../src/core/errors.ts";
import { columnsIn, type Expression, FUNCTIONS, textOf } from "../../src/data/expression.ts";
import { parseArithmetic } from "../../src/data/formula.ts";
import { type KnownFamily, knownFamilies } from "./location-scale.ts";

/** One density of a family, with location and scale as arithmetic in the columns. */
export interface KnownPart {
  readonly family: KnownFamily;
  readonly shape: readonly number[];
  readonly location: Expression;
  readonly scale: Expression;
  /** Of all parts the weights sum to 1. */
  readonly weight: number;
}

const MIXTURE = "mixture";
const NAMES = knownFamilies.map(({ name }) => name);
/** Weights may be written with so much rounding. */
const ROUNDING = 1e-9;

/**
 * Reads a known density: "laplace(0.3*x, 1)", "mixture(0.5*normal(x, 1), 0.5*normal(2, 0.3))".
 * Throws a ModelError that shows how it is written.
 */
export function parseKnown(text: string): KnownPart[] {
  const whole = parseArithmetic(text, [MIXTURE, ...NAMES, ...FUNCTIONS.keys()]);
  const parts = isCall(whole, MIXTURE)
    ? whole.arguments.map(({ value }) => weighted(value, text))
    : [partOf(whole, 1, text)];
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  if (Math.abs(total - 1) > ROUNDING) {
    throw new ModelError(
      `the weights of mixture(…) must sum to 1; they sum to ${total} in "${text}"`,
      {
        text,
      },
    );
  }
  return parts;
}

/** Names of the columns that a text reads, each once. */
export function columnsOfText(text: string): string[] {
  const found = new Set<string>();
  for (const { location, scale } of parseKnown(text)) {
    columnsIn(location, found);
    columnsIn(scale, found);
  }
  return [...found];
}

type Call = Extract<Expression, { kind: "call" }>;

const isCall = (e: Expression, name: string): e is Call => e.kind === "call" && e.name === name;

/** A number times a density. */
function weighted(e: Expression, text: string): KnownPart {
  if (e.kind === "binary" && e.operator === "*") {
    const weight = numberIn(e.left);
    if (weight !== undefined && weight > 0) return partOf(e.right, weight, text);
  }
  throw new ModelError(
    `each part of mixture(…) must be a number > 0 times a density, such as 0.5*normal(0, 1); got ${textOf(e)}`,
    { text },
  );
}

function partOf(e: Expression, weight: number, text: string): KnownPart {
  const family = knownFamilies.find(({ name }) => isCall(e, name));
  if (family === undefined || e.kind !== "call") {
    const examples = knownFamilies.map(({ example }) => example).join(", ");
    throw new ModelError(
      `a known density must be written like ${examples} or ${MIXTURE}(0.5*…, 0.5*…); got "${text}"`,
      { text },
    );
  }
  const { parameters, name, example } = family;
  const given = e.arguments.filter((argument) => argument.name === undefined);
  if (given.length !== parameters.length || given.length !== e.arguments.length) {
    throw new ModelError(
      `${name} must have ${parameters.length} arguments (${parameters.join(", ")}); got ${textOf(e)}; ` +
        `write for example ${example}`,
      { text },
    );
  }
  const shape = given.slice(0, -2).map(({ value }, j) => {
    const number = numberIn(value);
    if (number !== undefined && number > 0) return number;
    throw new ModelError(
      `${parameters[j]} of ${name} must be a number > 0; got ${textOf(value)} in "${text}"`,
      { text },
    );
  });
  const [location, scale] = given.slice(-2).map(({ value }) => value) as [Expression, Expression];
  return { family, shape, location, scale, weight };
}

function numberIn(e: Expression): number | undefined {
  if (e.kind === "group") return numberIn(e.inner);
  if (e.kind === "binary" && e.operator === "/") {
    const [left, right] = [numberIn(e.left), numberIn(e.right)];
    return left === undefined || right === undefined ? undefined : left / right;
  }
  return e.kind === "number" ? e.value : undefined;
}
