import { ModelError } from "../core/errors.ts";
import { suggestion } from "./closest.ts";
import {
  type Argument,
  columnsIn,
  type Expression,
  FUNCTIONS,
  type Operator,
  SPECIAL_FUNCTIONS,
} from "./expression.ts";
import { formulaError, type Token, tokenize } from "./formula-tokens.ts";

/** A formula as plain data: `response ~ right`, or `~ right`. */
export interface Formula {
  readonly text: string;
  readonly response?: Expression;
  readonly right: Expression;
}

/** How tightly operators bind, as in R: a sign binds less than `^` and more than `:`. */
const BINARY: ReadonlyMap<string, { readonly operator: Operator; readonly power: number }> =
  new Map([
    ["+", { operator: "+", power: 1 }],
    ["-", { operator: "-", power: 1 }],
    ["*", { operator: "*", power: 2 }],
    ["/", { operator: "/", power: 2 }],
    ["%in%", { operator: "%in%", power: 3 }],
    [":", { operator: ":", power: 4 }],
    ["^", { operator: "^", power: 6 }],
  ]);
const SIGN_POWER = 5;
const FORMULA_FUNCTIONS = [...SPECIAL_FUNCTIONS, ...FUNCTIONS.keys()];
const MAX_DEPTH = 100;
const MAX_TOKENS = 4000;

/** Reads R's formula language; throws a ModelError that says what was expected, and where. */
export function parseFormula(text: string): Formula {
  const cursor = openCursor(text);
  let response: Expression | undefined;
  if (peek(cursor).text !== "~") response = parseExpression(cursor, 0);
  expectOperator(cursor, "~", response === undefined ? "~" : 'an operator or "~"');
  const right = parseExpression(cursor, 0);
  const rest = peek(cursor);
  if (rest.kind !== "end") {
    const bar = isOperator(rest, "|") ? " (the gate's formula stands by itself)" : "";
    throw unexpected(cursor, `an operator or the end${bar}`);
  }
  return response === undefined ? { text, right } : { text, response, right };
}

/**
 * Takes "y ~ x | w" apart into the formula of the experts, "y ~ x", and that of the gate, "~ w".
 * Without `|` there is no gate formula. Throws a ModelError if either part cannot be read.
 */
export function splitFormula(text: string): { experts: string; gate?: string } {
  const bars = topLevelBars(tokenize(text));
  if (bars.length > 1) {
    throw formulaError(text, bars[1]!.start, 'at most one "|"', "a second one");
  }
  const bar = bars[0];
  const experts = text.slice(0, bar?.start).trim();
  parseFormula(experts);
  if (bar === undefined) return { experts };
  const terms = text.slice(bar.start + 1).trim();
  if (terms === "") {
    throw formulaError(text, bar.start, 'the gate\'s terms after the "|"', "the end");
  }
  const gate = `~ ${terms.replace(/^~\s*/, "")}`;
  parseFormula(gate);
  return { experts, gate };
}

/**
 * Reads one piece of arithmetic, in which some functions more than those of formulas may be called.
 * Throws a ModelError that says what was expected, and where.
 */
export function parseArithmetic(text: string, functions: readonly string[]): Expression {
  const cursor = { ...openCursor(text), functions };
  const found = parseExpression(cursor, 0);
  if (peek(cursor).kind !== "end") throw unexpected(cursor, "an operator or the end");
  return found;
}

/** The columns that the response reads; none for a one-sided formula. */
export function responseColumns(formula: Formula): string[] {
  return formula.response === undefined ? [] : [...columnsIn(formula.response)];
}

function topLevelBars(tokens: readonly Token[]): Token[] {
  let depth = 0;
  return tokens.filter(({ kind, text }) => {
    if (kind !== "operator") return false;
    if (text === "(") depth++;
    if (text === ")") depth--;
    return text === "|" && depth === 0;
  });
}

interface Cursor {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Functions that may be called. */
  readonly functions: readonly string[];
  at: number;
  depth: number;
}

function openCursor(text: string): Cursor {
  const tokens = tokenize(text);
  if (tokens.length > MAX_TOKENS) {
    throw new ModelError(
      `formula must have at most ${MAX_TOKENS} words and operators; got ${tokens.length}; ` +
        'write "." for all columns',
    );
  }
  return { text, tokens, functions: FORMULA_FUNCTIONS, at: 0, depth: 0 };
}

function peek(cursor: Cursor): Token {
  return cursor.tokens[cursor.at]!;
}

function unexpected(cursor: Cursor, expected: string): ModelError {
  const { kind, text, start } = peek(cursor);
  return formulaError(cursor.text, start, expected, kind === "end" ? text : `"${text}"`);
}

function isOperator({ kind, text }: Token, operator: string): boolean {
  return kind === "operator" && text === operator;
}

function expectOperator(cursor: Cursor, operator: string, expected: string): void {
  if (!isOperator(peek(cursor), operator)) throw unexpected(cursor, expected);
  cursor.at++;
}

/** An expression whose operators all bind more tightly than `power`. */
function parseExpression(cursor: Cursor, power: number): Expression {
  if (++cursor.depth > MAX_DEPTH) throw unexpected(cursor, `at most ${MAX_DEPTH} nested levels`);
  let left = parseSigned(cursor);
  for (;;) {
    const token = peek(cursor);
    const binary = token.kind === "operator" ? BINARY.get(token.text) : undefined;
    if (binary === undefined || binary.power <= power) break;
    cursor.at++;
    const { operator } = binary;
    // Only ^ groups from the right: a^b^c is a^(b^c).
    const right = parseExpression(cursor, operator === "^" ? binary.power - 1 : binary.power);
    left = { kind: "binary", operator, left, right };
  }
  cursor.depth--;
  return left;
}

function parseSigned(cursor: Cursor): Expression {
  const { kind, text } = peek(cursor);
  if (kind !== "operator" || (text !== "-" && text !== "+")) return parsePrimary(cursor);
  cursor.at++;
  return { kind: "unary", operator: text, operand: parseExpression(cursor, SIGN_POWER) };
}

function parsePrimary(cursor: Cursor): Expression {
  const token = peek(cursor);
  if (isOperator(token, "(")) {
    cursor.at++;
    const inner = parseExpression(cursor, 0);
    expectOperator(cursor, ")", 'an operator or ")"');
    return { kind: "group", inner };
  }
  if (token.kind === "operator" || token.kind === "end") {
    throw unexpected(cursor, 'a column, a number, a function or "("');
  }
  if (token.kind === "name" && isOperator(cursor.tokens[cursor.at + 1]!, "(")) {
    return parseCall(cursor);
  }
  cursor.at++;
  if (token.kind === "number") return { kind: "number", value: finiteNumber(cursor, token) };
  if (token.kind === "quoted-name") return { kind: "variable", name: token.text };
  if (token.text === "TRUE" || token.text === "FALSE") {
    return { kind: "logical", value: token.text === "TRUE" };
  }
  return token.text === "." ? { kind: "dot" } : { kind: "variable", name: token.text };
}

function finiteNumber(cursor: Cursor, { text, start }: Token): number {
  const value = Number(text);
  if (!Number.isFinite(value)) throw formulaError(cursor.text, start, "a finite number", text);
  return value;
}

function parseCall(cursor: Cursor): Expression {
  const { text: name } = peek(cursor);
  const known = cursor.functions;
  if (!known.includes(name)) {
    throw unexpected(cursor, `a known function (${known.join(", ")}${suggestion(name, known)})`);
  }
  cursor.at += 2;
  const args: Argument[] = [parseArgument(cursor)];
  while (isOperator(peek(cursor), ",")) {
    cursor.at++;
    args.push(parseArgument(cursor));
  }
  expectOperator(cursor, ")", 'an operator, "," or ")"');
  return { kind: "call", name, arguments: args };
}

function parseArgument(cursor: Cursor): Argument {
  const token = peek(cursor);
  if (token.kind === "name" && isOperator(cursor.tokens[cursor.at + 1]!, "=")) {
    cursor.at += 2;
    return { name: token.text, value: parseExpression(cursor, 0) };
  }
  return { value: parseExpression(cursor, 0) };
}
