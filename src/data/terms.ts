import { ModelError } from "../core/errors.ts";
import { type Expression, textOf } from "./expression.ts";
import type { Formula } from "./formula.ts";

/** A formula's right-hand side with all its operators worked out. */
export interface ModelTerms {
  readonly intercept: boolean;
  /** The distinct things that terms are made of, in order of appearance. */
  readonly variables: readonly Expression[];
  /** Each term is the set of its variables (ascending indices); terms are sorted by degree. */
  readonly terms: readonly (readonly number[])[];
  readonly offsets: readonly Expression[];
  readonly trials?: Expression;
}

type Term = readonly number[];

const MAX_TERMS = 5000;

/** What the walk over a formula gathers besides terms. */
interface Gathered {
  readonly text: string;
  readonly dot: readonly string[];
  readonly indexOf: Map<string, number>;
  readonly variables: Expression[];
  readonly offsets: Map<string, Expression>;
  trials: Expression | undefined;
  intercept: boolean;
}

/**
 * Works out `+ - : * / ^ %in%` and `.` (the columns in `dot`) by R's rules.
 * Throws a ModelError where the formula has no meaning, such as a number other than 0 or 1 as a term.
 */
export function expandTerms(formula: Formula, dot: readonly string[]): ModelTerms {
  const gathered: Gathered = {
    text: formula.text,
    dot,
    indexOf: new Map(),
    variables: [],
    offsets: new Map(),
    trials: undefined,
    intercept: true,
  };
  const terms = encode(formula.right, true, gathered);
  const { variables, offsets, intercept, trials } = gathered;
  const response = formula.response && gathered.indexOf.get(textOf(formula.response));
  if (response !== undefined && terms.some((term) => term.includes(response))) {
    const name = textOf(variables[response]!);
    throw meaningless(formula.text, `the response ${name} must not be a term as well`);
  }
  return {
    intercept,
    variables,
    terms: terms.toSorted((a, b) => a.length - b.length),
    offsets: [...offsets.values()],
    ...(trials === undefined ? {} : { trials }),
  };
}

function meaningless(text: string, what: string): ModelError {
  return new ModelError(`${what}, in "${text}"`, { formula: text });
}

/** The terms of an expression; `adding` is false to the right of a minus, where 1 means no intercept. */
function encode(e: Expression, adding: boolean, gathered: Gathered): Term[] {
  switch (e.kind) {
    case "number":
      if (e.value !== 0 && e.value !== 1) {
        throw meaningless(
          gathered.text,
          `a number that is a term must be 0 or 1; got ${e.value}; arithmetic goes inside I()`,
        );
      }
      gathered.intercept = (e.value === 1) === adding;
      return [];
    case "logical":
      throw meaningless(gathered.text, `a term must be a column; got ${textOf(e)}`);
    case "group":
      return encode(e.inner, adding, gathered);
    case "unary": {
      const terms = encode(e.operand, e.operator === "+" ? adding : !adding, gathered);
      return e.operator === "+" ? terms : [];
    }
    case "dot":
      return gathered.dot.map((name) => [install({ kind: "variable", name }, gathered)]);
    case "binary":
      return encodeBinary(e, adding, gathered);
    case "variable":
      return [[install(e, gathered)]];
    case "call":
      if (e.name === "offset") return gatherOffset(e, adding, gathered);
      return e.name === "trials" ? gatherTrials(e, gathered) : [[install(e, gathered)]];
  }
}

function install(variable: Expression, { indexOf, variables }: Gathered): number {
  const text = textOf(variable);
  const known = indexOf.get(text);
  if (known !== undefined) return known;
  indexOf.set(text, variables.length);
  return variables.push(variable) - 1;
}

function gatherOffset(
  e: Extract<Expression, { kind: "call" }>,
  adding: boolean,
  { offsets, text }: Gathered,
): Term[] {
  const argument = onlyArgument(e, text);
  if (adding) offsets.set(textOf(e), argument);
  else offsets.delete(textOf(e));
  return [];
}

/** How many trials a row has is part of the response and stands with the terms: `y ~ x + trials(n)`. */
function gatherTrials(e: Extract<Expression, { kind: "call" }>, gathered: Gathered): Term[] {
  const argument = onlyArgument(e, gathered.text);
  const { trials, text } = gathered;
  if (trials !== undefined && textOf(trials) !== textOf(argument)) {
    throw meaningless(
      text,
      `trials() must be said once; got ${textOf(trials)} and ${textOf(argument)}`,
    );
  }
  gathered.trials = argument;
  return [];
}

function onlyArgument(e: Extract<Expression, { kind: "call" }>, text: string): Expression {
  const [argument, ...others] = e.arguments;
  if (others.length > 0 || argument?.name !== undefined) {
    throw meaningless(text, `${e.name}() must have one argument; got ${textOf(e)}`);
  }
  return argument!.value;
}

type Binary = Extract<Expression, { kind: "binary" }>;

function encodeBinary(e: Binary, adding: boolean, gathered: Gathered): Term[] {
  if (e.operator === "+" || e.operator === "-") return encodeSum(e, adding, gathered);
  const left = encode(e.left, adding, gathered);
  if (e.operator === "^") return power(left, e.right, gathered.text);
  const right = encode(e.right, adding, gathered);
  switch (e.operator) {
    case ":":
      return cross(left, right, gathered.text);
    case "*":
      return distinct([...left, ...right, ...cross(left, right, gathered.text)]);
    case "/":
      return distinct([...left, ...cross([together(left)], right, gathered.text)]);
    case "%in%":
      return cross(left, [together(right)], gathered.text);
  }
}

/** A chain of + and − is walked from its first term, so that long formulas nest no deeper than short ones. */
function encodeSum(e: Binary, adding: boolean, gathered: Gathered): Term[] {
  const chain: Binary[] = [];
  let first: Expression = e;
  while (first.kind === "binary" && (first.operator === "+" || first.operator === "-")) {
    chain.push(first);
    first = first.left;
  }
  const terms = new Map(encode(first, adding, gathered).map((term) => [String(term), term]));
  for (const { operator, right } of chain.reverse()) {
    for (const term of encode(right, operator === "+" ? adding : !adding, gathered)) {
      if (operator === "+") terms.set(String(term), terms.get(String(term)) ?? term);
      else terms.delete(String(term));
    }
  }
  return [...terms.values()];
}

function power(terms: readonly Term[], exponent: Expression, text: string): Term[] {
  const times = exponent.kind === "number" ? exponent.value : NaN;
  if (!Number.isInteger(times) || times < 1) {
    throw meaningless(
      text,
      `the exponent of terms must be a whole number ≥ 1; got ${textOf(exponent)}; ` +
        "a power of a column is written I(x^2)",
    );
  }
  let out = distinct(terms);
  for (let i = 1; i < times; i++) {
    const next = cross(out, terms, text);
    if (String(next) === String(out)) break;
    out = next;
  }
  return out;
}

function cross(left: readonly Term[], right: readonly Term[], text: string): Term[] {
  if (left.length * right.length > MAX_TERMS) {
    throw meaningless(text, `a formula must have at most ${MAX_TERMS} terms; got more`);
  }
  return distinct(left.flatMap((a) => right.map((b) => together([a, b]))));
}

function together(terms: readonly Term[]): Term {
  return [...new Set(terms.flat())].sort((a, b) => a - b);
}

function distinct(terms: readonly Term[]): Term[] {
  return [...new Map(terms.map((term) => [String(term), term])).values()];
}
