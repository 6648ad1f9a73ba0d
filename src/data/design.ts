import type { Design, Table } from "../core/data.ts";
import { DataError, ModelError } from "../core/errors.ts";
import { type Matrix, matrix, type Vector, type VectorMemory } from "../math/matrix.ts";
import { type Coding, codings } from "./coding.ts";
import { evaluate } from "./evaluate.ts";
import { type Expression, textOf } from "./expression.ts";
import { type Formula, responseColumns } from "./formula.ts";
import { columnsUsed, completeRows } from "./missing.ts";
import { rowNumber } from "./table.ts";
import { expandTerms, type ModelTerms } from "./terms.ts";
import {
  applyVariable,
  learnVariable,
  type VariablePlan,
  type VariableValues,
  widthOf,
} from "./variables.ts";

/** A formula that has met its data, as plain data: it makes the same columns from any other table. */
export interface DesignPlan {
  readonly formula: string;
  readonly response?: Expression;
  readonly variables: readonly VariablePlan[];
  readonly columns: readonly DesignColumn[];
  readonly offsets: readonly Expression[];
  readonly trials?: Expression;
}

/** One column: the product of the named parts of its variables; no parts is the intercept. */
export interface DesignColumn {
  readonly name: string;
  readonly parts: readonly Part[];
}

/** Column `index` of a numeric variable, or the indicator of level `index` of a factor. */
interface Part {
  readonly variable: number;
  readonly index: number;
}

export const INTERCEPT = "(Intercept)";
const MAX_ENTRIES = 2 ** 29;

/**
 * Learns from the rows that have a value in every column used how the formula becomes columns.
 * `.` stands for the table's columns but those of the response and those in `exclude`.
 * Throws a DataError for columns that cannot be used as asked, a ModelError for a formula without terms.
 */
export function planDesign(
  formula: Formula,
  table: Table,
  exclude: readonly string[] = [],
): DesignPlan {
  const { text, response } = formula;
  const terms = withoutUnused(expandTerms(formula, dotColumns(formula, table, exclude)));
  const { offsets } = terms;
  const trials = terms.trials === undefined ? {} : { trials: terms.trials };
  const left = response === undefined ? {} : { response };
  const used = columnsUsed({
    ...left,
    variables: terms.variables.map((of) => ({ of })),
    offsets,
    ...trials,
  });
  const { table: rows } = completeRows(table, used);
  const variables = terms.variables.map((variable) => learnVariable(variable, rows));
  const columns = designColumns(terms, variables, rows.rows);
  if (columns.length === 0) {
    throw new ModelError(`formula must have at least one term or the intercept; got "${text}"`);
  }
  return { formula: text, ...left, variables, columns, offsets, ...trials };
}

/**
 * The model matrix of a table (n × p), its columns named as R names them, in memory of its own unless that is given.
 * Throws a DataError as `planDesign`.
 */
export function buildDesign(plan: DesignPlan, table: Table, memory?: VectorMemory): Design {
  const terms = plan.columns.map((column) => column.name);
  if (table.rows * terms.length > MAX_ENTRIES) {
    throw tooLarge(plan.variables, terms.length, table.rows);
  }
  const X = matrix(table.rows, terms.length, memory?.(table.rows * terms.length));
  X.data.fill(1);
  const values = plan.variables.map((variable) => applyVariable(variable, table));
  plan.columns.forEach(({ parts }, column) => {
    for (const { variable, index } of parts) multiply(X, column, values[variable]!, index);
  });
  const offset = offsetOf(plan, table);
  const trials = trialsOf(plan, table);
  return {
    terms,
    X,
    ...(offset === undefined ? {} : { offset }),
    ...(trials === undefined ? {} : { trials }),
  };
}

/** The response in every row. Throws a ModelError where the formula has none, a DataError unless numeric and finite. */
export function responseOf(plan: DesignPlan, table: Table): Vector {
  if (plan.response === undefined) {
    throw new ModelError(`formula must have a response before "~"; got "${plan.formula}"`);
  }
  return evaluate(plan.response, table);
}

function dotColumns(formula: Formula, table: Table, exclude: readonly string[]): string[] {
  const left = new Set([...responseColumns(formula), ...exclude]);
  return [...table.columns.keys()].filter((name) => !left.has(name));
}

/** Without variables that are in no term, which a minus leaves behind. */
function withoutUnused({ variables, terms, ...rest }: ModelTerms): ModelTerms {
  const used = variables.map((_, index) => index).filter((i) => terms.some((t) => t.includes(i)));
  return {
    ...rest,
    variables: used.map((index) => variables[index]!),
    terms: terms.map((term) => term.map((index) => used.indexOf(index))),
  };
}

function designColumns(
  terms: ModelTerms,
  variables: readonly VariablePlan[],
  rows: number,
): DesignColumn[] {
  const coding = codings(
    terms,
    variables.map((variable) => variable.kind === "factor"),
  );
  const columns: DesignColumn[] = terms.intercept ? [{ name: INTERCEPT, parts: [] }] : [];
  terms.terms.forEach((term, t) => {
    const parts = term.map((variable, v) =>
      partsOf(variable, variables[variable]!, coding[t]![v]!),
    );
    const total = parts.reduce((count, part) => count * part.length, 1) + columns.length;
    if (total * rows > MAX_ENTRIES) throw tooLarge(variables, total, rows);
    let products: DesignColumn[] = [{ name: "", parts: [] }];
    for (const part of parts) {
      products = part.flatMap((right) => products.map((left) => product(left, right)));
    }
    for (const made of products) columns.push(made);
  });
  return columns;
}

function product(left: DesignColumn, right: DesignColumn): DesignColumn {
  if (left.parts.length === 0) return right;
  return { name: `${left.name}:${right.name}`, parts: [...left.parts, ...right.parts] };
}

function partsOf(variable: number, plan: VariablePlan, coding: Coding): DesignColumn[] {
  const part = (index: number, suffix: string | number): DesignColumn => ({
    name: plan.label + suffix,
    parts: [{ variable, index }],
  });
  if (plan.kind === "factor") {
    const columns = plan.levels.map((level, index) => part(index, level));
    return coding === "full" ? columns : columns.slice(1);
  }
  const width = widthOf(plan);
  return Array.from({ length: width }, (_, k) => part(k, width === 1 ? "" : k + 1));
}

function multiply(X: Matrix, column: number, values: VariableValues, index: number): void {
  const { rows, columns, data } = X;
  if (values.kind === "numeric") {
    const x = values.columns[index]!;
    for (let i = 0; i < rows; i++) data[i * columns + column]! *= x[i]!;
  } else {
    const { codes } = values;
    for (let i = 0; i < rows; i++) if (codes[i] !== index) data[i * columns + column] = 0;
  }
}

function offsetOf({ offsets }: DesignPlan, table: Table): Vector | undefined {
  if (offsets.length === 0) return undefined;
  const sum = new Float64Array(table.rows);
  for (const offset of offsets) {
    const values = evaluate(offset, table, `offset(${textOf(offset)})`);
    for (let i = 0; i < sum.length; i++) sum[i]! += values[i]!;
  }
  return sum;
}

function trialsOf({ trials }: DesignPlan, table: Table): Vector | undefined {
  if (trials === undefined) return undefined;
  const label = `trials(${textOf(trials)})`;
  const values = evaluate(trials, table, label);
  const bad = values.findIndex((value) => !(value >= 1 && Number.isInteger(value)));
  if (bad < 0) return values;
  const row = rowNumber(table, bad);
  throw new DataError(
    `${label} must be a whole number ≥ 1 in every row; it is ${values[bad]} in row ${row}; ` +
      "correct it or leave the row out",
    { term: label, row, value: values[bad]! },
  );
}

function tooLarge(variables: readonly VariablePlan[], columns: number, rows: number): DataError {
  const most = variables.reduce((a, b) => (levelsOf(b) > levelsOf(a) ? b : a));
  const reason =
    levelsOf(most) > 0
      ? `; ${most.label} has ${levelsOf(most)} levels: is it meant to be numeric?`
      : "";
  return new DataError(
    `the design must have at most ${MAX_ENTRIES} entries; got ${columns} columns or more ` +
      `in ${rows} rows${reason}`,
    { columns, rows },
  );
}

function levelsOf(variable: VariablePlan): number {
  return variable.kind === "factor" ? variable.levels.length : 0;
}
