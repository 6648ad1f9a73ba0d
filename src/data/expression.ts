/** The syntax tree of a formula or of the arithmetic within it; plain data. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "logical"; readonly value: boolean }
  | { readonly kind: "variable"; readonly name: string }
  /** All columns that are not in the response. */
  | { readonly kind: "dot" }
  | { readonly kind: "group"; readonly inner: Expression }
  | { readonly kind: "unary"; readonly operator: Sign; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Argument[] };

export type Sign = "+" | "-";
export type Operator = "+" | "-" | "*" | "/" | "^" | ":" | "%in%";

export interface Argument {
  readonly name?: string;
  readonly value: Expression;
}

/** The numeric functions of one argument that formulas may use, by R's names. */
export const FUNCTIONS: ReadonlyMap<string, (x: number) => number> = new Map([
  ["log", Math.log],
  ["log2", Math.log2],
  ["log10", Math.log10],
  ["log1p", Math.log1p],
  ["exp", Math.exp],
  ["expm1", Math.expm1],
  ["sqrt", Math.sqrt],
  ["abs", Math.abs],
  ["sin", Math.sin],
  ["cos", Math.cos],
  ["tan", Math.tan],
  ["asin", Math.asin],
  ["acos", Math.acos],
  ["atan", Math.atan],
  ["sinh", Math.sinh],
  ["cosh", Math.cosh],
  ["tanh", Math.tanh],
  ["sign", Math.sign],
  ["floor", Math.floor],
  ["ceiling", Math.ceil],
]);

/** Functions with a meaning of their own. */
export const SPECIAL_FUNCTIONS: readonly string[] = [
  "I",
  "poly",
  "scale",
  "factor",
  "as.factor",
  "offset",
  "trials",
];

const SYNTACTIC_NAME = /^(?:\p{L}|\.(?!\d))[\p{L}\p{N}._]*$/u;
const SPACED: ReadonlySet<string> = new Set(["+", "-", "*", "%in%"]);

/** The expression in R's own layout, by which terms are named: `I(x^2)`, `poly(x, 2)`, `log(x + 1)`. */
export function textOf(e: Expression): string {
  switch (e.kind) {
    case "number":
      return numberText(e.value);
    case "logical":
      return e.value ? "TRUE" : "FALSE";
    case "variable":
      return nameText(e.name);
    case "dot":
      return ".";
    case "group":
      return `(${textOf(e.inner)})`;
    case "unary":
      return e.operator + textOf(e.operand);
    case "binary": {
      const operator = SPACED.has(e.operator) ? ` ${e.operator} ` : e.operator;
      return textOf(e.left) + operator + textOf(e.right);
    }
    case "call":
      return `${e.name}(${e.arguments.map(argumentText).join(", ")})`;
  }
}

function argumentText({ name, value }: Argument): string {
  return name === undefined ? textOf(value) : `${name} = ${textOf(value)}`;
}

function nameText(name: string): string {
  const plain = SYNTACTIC_NAME.test(name) && name !== "TRUE" && name !== "FALSE" && name !== ".";
  return plain ? name : `\`${name.replaceAll("\\", "\\\\").replaceAll("`", "\\`")}\``;
}

/** A number as R prints it: 15 digits, and the shorter of the fixed and the scientific form. */
export function numberText(value: number): string {
  const rounded = Number(value.toPrecision(15));
  const [mantissa = "", exponent = ""] = rounded.toExponential().split("e");
  const digits = exponent.slice(1).padStart(2, "0");
  const scientific = `${mantissa}e${exponent[0]}${digits}`;
  const magnitude = Math.abs(Number(exponent));
  if (magnitude > 20) return scientific;
  const decimals = Math.max(0, mantissa.replace(/^-?\d\.?/, "").length - Number(exponent));
  const fixed = rounded.toFixed(Math.min(decimals, 100));
  return fixed.length <= scientific.length ? fixed : scientific;
}

/** Names of the columns that the expression reads, each once, in order of appearance. */
export function columnsIn(e: Expression, found = new Set<string>()): ReadonlySet<string> {
  switch (e.kind) {
    case "variable":
      found.add(e.name);
      break;
    case "group":
      columnsIn(e.inner, found);
      break;
    case "unary":
      columnsIn(e.operand, found);
      break;
    case "binary":
      columnsIn(e.left, found);
      columnsIn(e.right, found);
      break;
    case "call":
      for (const { name, value } of e.arguments) {
        if (name === undefined || name === "x") columnsIn(value, found);
      }
      break;
  }
  return found;
}
