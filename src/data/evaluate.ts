import type { Table } from "../core/data.ts";
import { DataError, ModelError } from "../core/errors.ts";
import type { Vector } from "../math/matrix.ts";
import { columnsIn, type Expression, FUNCTIONS, textOf } from "./expression.ts";
import { cellText, columnOf, numbersOf, rowNumber } from "./table.ts";

type OfRow = (row: number) => number;
type Call = Extract<Expression, { kind: "call" }>;
type Binary = Extract<Expression, { kind: "binary" }>;

/**
 * The value of an arithmetic expression in every row, as the term `label`.
 * Throws a DataError that shows the row and its values where one is missing or the result is not finite,
 * and a ModelError where the expression is not arithmetic.
 */
export function evaluate(e: Expression, table: Table, label = textOf(e)): Vector {
  const values = valuesOf(e, table, label);
  return e.kind === "variable" ? values.slice() : values;
}

/** The same; where the expression is a column, that column itself, to be read only. */
export function valuesOf(e: Expression, table: Table, label = textOf(e)): Vector {
  checkComplete(columnsIn(e), table);
  if (e.kind === "variable") return finiteNumbers(e, table, label);
  const ofRow = compile(e, table, label);
  const out = new Float64Array(table.rows);
  for (let i = 0; i < out.length; i++) out[i] = ofRow(i);
  const bad = firstNotFinite(out);
  if (bad >= 0) throw notFinite(e, table, label, bad, out[bad]!);
  return out;
}

/** Throws a DataError for the first missing value in the named columns. */
export function checkComplete(names: Iterable<string>, table: Table): void {
  for (const name of names) {
    const column = columnOf(table, name);
    const row =
      column.kind === "numeric"
        ? firstMissing(column.values)
        : column.codes.findIndex((code) => code < 0);
    if (row >= 0) {
      const number = rowNumber(table, row);
      throw new DataError(
        `column "${name}" must have a value in every row used; row ${number} has none; ` +
          "fill it in or leave the row out",
        { column: name, row: number },
      );
    }
  }
}

/** A numeric column. */
function finiteNumbers(
  e: Extract<Expression, { kind: "variable" }>,
  table: Table,
  label: string,
): Vector {
  const out = numbersOf(table, e.name, label);
  const bad = firstNotFinite(out);
  if (bad >= 0) throw notFinite(e, table, label, bad, out[bad]!);
  return out;
}

function firstMissing(values: Vector): number {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) return i;
  return -1;
}

function firstNotFinite(values: Vector): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}

function notFinite(e: Expression, table: Table, label: string, row: number, value: number) {
  const values = [...columnsIn(e)].map(
    (name) => `${name} = ${cellText(columnOf(table, name), row)}`,
  );
  return new DataError(
    `${label} must be finite in every row; it is ${value} in row ${rowNumber(table, row)}, ` +
      `where ${values.join(", ")}; leave such rows out or change the term`,
    { term: label, row: rowNumber(table, row), value },
  );
}

/** The expression as a function of the row. */
function compile(e: Expression, table: Table, label: string): OfRow {
  switch (e.kind) {
    case "number": {
      const { value } = e;
      return () => value;
    }
    case "variable": {
      const values = numbersOf(table, e.name, label);
      return (i) => values[i]!;
    }
    case "group":
      return compile(e.inner, table, label);
    case "unary": {
      const operand = compile(e.operand, table, label);
      return e.operator === "-" ? (i) => -operand(i) : operand;
    }
    case "binary":
      return compileBinary(e, table, label);
    case "call":
      return compileCall(e, table, label);
    case "dot":
    case "logical":
      throw notArithmetic(label, textOf(e));
  }
}

function notArithmetic(label: string, found: string): ModelError {
  return new ModelError(`${label} must be made of numbers and numeric columns; got ${found}`, {
    term: label,
  });
}

function compileBinary(e: Binary, table: Table, label: string): OfRow {
  const left = compile(e.left, table, label);
  const right = compile(e.right, table, label);
  switch (e.operator) {
    case "+":
      return (i) => left(i) + right(i);
    case "-":
      return (i) => left(i) - right(i);
    case "*":
      return (i) => left(i) * right(i);
    case "/":
      return (i) => left(i) / right(i);
    case "^":
      return (i) => left(i) ** right(i);
    default:
      throw notArithmetic(label, `the operator ${e.operator}`);
  }
}

function compileCall(e: Call, table: Table, label: string): OfRow {
  const [first, ...others] = e.arguments;
  const inner = compile(first!.value, table, label);
  if (e.name === "log" && others.length === 1 && (others[0]!.name ?? "base") === "base") {
    const base = compile(others[0]!.value, table, label);
    return (i) => Math.log(inner(i)) / Math.log(base(i));
  }
  if (others.length > 0 || first!.name !== undefined) {
    throw new ModelError(`${e.name}() must have one argument; got ${textOf(e)}`, { term: label });
  }
  if (e.name === "I") return inner;
  const map = FUNCTIONS.get(e.name);
  if (map === undefined) {
    throw new ModelError(
      `${e.name}() must stand by itself as a term, not inside other arithmetic; got ${label}`,
      { term: label },
    );
  }
  return (i) => map(inner(i));
}
