import { ModelError } from "../core/errors.ts";

/** A word of a formula; `start` is its 0-based position in the text. */
export interface Token {
  readonly kind: "number" | "name" | "quoted-name" | "operator" | "end";
  /** As written, but for names in backticks: the name itself. */
  readonly text: string;
  readonly start: number;
}

const SPACE = /\s*/y;
const PATTERNS: readonly (readonly [Token["kind"], RegExp])[] = [
  ["number", /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y],
  ["name", /(?:\p{L}|\.(?!\d))[\p{L}\p{N}._]*/uy],
  ["quoted-name", /`(?:[^`\\]|\\[\s\S])+`/y],
  ["operator", /%in%|\*\*|[-+*/^:~(),=|]/y],
];

/** The words of a formula, ended by one of kind "end". Throws a ModelError at a character that fits nowhere. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const token = tokenAt(text, at);
    tokens.push(unwrapped(token));
    at = skipSpace(text, at + token.text.length);
  }
  tokens.push({ kind: "end", text: "the end", start: text.length });
  return tokens;
}

function tokenAt(text: string, at: number): Token {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) return { kind, text: match[0], start: at };
  }
  const found = String.fromCodePoint(text.codePointAt(at)!);
  const hint = found === "`" ? "the backtick that closes a name" : "names, numbers and operators";
  throw formulaError(text, at, hint, `"${found}"`);
}

function unwrapped(token: Token): Token {
  if (token.text === "**") return { ...token, text: "^" };
  if (token.kind !== "quoted-name") return token;
  return { ...token, text: token.text.slice(1, -1).replace(/\\([\s\S])/g, "$1") };
}

function skipSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  return at + SPACE.exec(text)![0].length;
}

/** The error for a formula that cannot be read: what was expected where, and what stands there. */
export function formulaError(
  text: string,
  start: number,
  expected: string,
  found: string,
): ModelError {
  return new ModelError(
    `formula must have ${expected} at character ${start + 1}; got ${found}, in "${text}"`,
    { formula: text, position: start + 1 },
  );
}
