import type { Table } from "../core/data.ts";
import { DataError, ModelError } from "../core/errors.ts";
import type { Vector } from "../math/matrix.ts";
import { checkComplete, evaluate, valuesOf } from "./evaluate.ts";
import { type Argument, type Expression, numberText, textOf } from "./expression.ts";
import { applyPolynomial, learnPolynomial, type PolynomialPlan, powers } from "./polynomial.ts";
import { columnOf, rowNumber } from "./table.ts";

/** How one variable of a formula becomes columns, with all that was learned from the data. */
export type VariablePlan =
  | { readonly kind: "numeric"; readonly label: string; readonly of: Expression }
  | {
      readonly kind: "scale";
      readonly label: string;
      readonly of: Expression;
      readonly center: number;
      readonly scale: number;
    }
  | {
      readonly kind: "polynomial";
      readonly label: string;
      readonly of: Expression;
      readonly degree: number;
      /** Absent: raw powers. */
      readonly orthogonal?: PolynomialPlan;
    }
  | {
      readonly kind: "factor";
      readonly label: string;
      readonly of: Expression;
      readonly levels: readonly string[];
    };

/** A variable in the rows of a table: numeric columns, or indices into the plan's levels. */
export type VariableValues =
  | { readonly kind: "numeric"; readonly columns: readonly Vector[] }
  | { readonly kind: "factor"; readonly codes: Int32Array };

/** Learns levels, centres, scales and polynomials from the table. */
export function learnVariable(e: Expression, table: Table): VariablePlan {
  const label = textOf(e);
  if (e.kind === "variable" && columnOf(table, e.name).kind === "factor") {
    return learnFactor(e, label, table);
  }
  if (e.kind === "call") {
    if (e.name === "factor" || e.name === "as.factor") {
      return learnFactor(onlyArgument(e.name, e.arguments), label, table);
    }
    if (e.name === "scale") return learnScale(e.arguments, label, table);
    if (e.name === "poly") return learnPoly(e.arguments, label, table);
  }
  evaluate(e, table, label);
  return { kind: "numeric", label, of: e };
}

/** The variable's values in a table, by a plan that may come from another one. */
export function applyVariable(plan: VariablePlan, table: Table): VariableValues {
  if (plan.kind === "factor") return { kind: "factor", codes: codesOf(plan, table) };
  const x = valuesOf(plan.of, table, plan.label);
  return { kind: "numeric", columns: numericColumns(plan, x) };
}

function numericColumns(plan: Exclude<VariablePlan, { kind: "factor" }>, x: Vector): Vector[] {
  switch (plan.kind) {
    case "numeric":
      return [x];
    case "scale":
      return [x.map((value) => (value - plan.center) / plan.scale)];
    case "polynomial":
      return plan.orthogonal === undefined
        ? powers(x, plan.degree)
        : applyPolynomial(plan.orthogonal, x);
  }
}

/** How many columns a numeric variable has. */
export function widthOf(plan: Exclude<VariablePlan, { kind: "factor" }>): number {
  return plan.kind === "polynomial" ? plan.degree : 1;
}

function onlyArgument(name: string, args: readonly Argument[]): Expression {
  const [first, ...others] = args;
  if (others.length > 0 || first?.name !== undefined) {
    throw new ModelError(`${name}() must have one argument, without a name; got ${args.length}`);
  }
  return first!.value;
}

function learnFactor(of: Expression, label: string, table: Table): VariablePlan {
  const { levels, codes } = labelsOf(of, label, table);
  const occurs = new Uint8Array(levels.length);
  for (const code of codes) occurs[code] = 1;
  const present = levels.filter((_, code) => occurs[code] === 1);
  if (present.length < 2) {
    throw new DataError(
      `factor ${label} must have at least two levels; all ${table.rows} rows used have ` +
        `"${present[0]}"; leave it out of the formula`,
      { term: label, levels: present },
    );
  }
  return { kind: "factor", label, of, levels: present };
}

/** The categories of each row: a factor's own levels, or the different numbers in ascending order. */
function labelsOf(of: Expression, label: string, table: Table) {
  const column = of.kind === "variable" ? columnOf(table, of.name) : undefined;
  if (of.kind === "variable" && column?.kind === "factor") {
    checkComplete([of.name], table);
    return column;
  }
  const values = evaluate(of, table, label);
  const labels = new Map([...new Set(values)].sort((a, b) => a - b).map((v) => [v, numberText(v)]));
  const levels = [...new Set(labels.values())];
  const codeOf = new Map(levels.map((level, code) => [level, code]));
  return { levels, codes: Int32Array.from(values, (value) => codeOf.get(labels.get(value)!)!) };
}

function codesOf(plan: Extract<VariablePlan, { kind: "factor" }>, table: Table): Int32Array {
  const { levels, codes } = labelsOf(plan.of, plan.label, table);
  const codeOf = new Map(plan.levels.map((level, code) => [level, code]));
  const known = levels.map((level) => codeOf.get(level) ?? -1);
  const out = Int32Array.from(codes, (code) => known[code]!);
  const row = out.findIndex((code) => code < 0);
  if (row < 0) return out;
  const level = levels[codes[row]!]!;
  throw new DataError(
    `column "${plan.label}" must hold levels that the model has seen (${plan.levels.join(", ")}); ` +
      `row ${rowNumber(table, row)} holds "${level}"`,
    { column: plan.label, row: rowNumber(table, row), level, levels: plan.levels },
  );
}

function learnScale(args: readonly Argument[], label: string, table: Table): VariablePlan {
  const [x, center, scale] = matchArguments("scale", ["x", "center", "scale"], args, label);
  const values = evaluate(x!, table, label);
  const n = values.length;
  const mean = isTrue(center, true, label) ? values.reduce((sum, v) => sum + v, 0) / n : 0;
  const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  const sd = isTrue(scale, true, label) ? Math.sqrt(squares / Math.max(1, n - 1)) : 1;
  if (!(sd > 0)) {
    throw new DataError(
      `${label} must have at least two different values to be scaled; all ${n} rows used have ` +
        `${values[0]}; leave it out of the formula`,
      { term: label },
    );
  }
  return { kind: "scale", label, of: x!, center: mean, scale: sd };
}

function learnPoly(args: readonly Argument[], label: string, table: Table): VariablePlan {
  const [of, power, raw] = matchArguments("poly", ["x", "degree", "raw"], args, label);
  const degree = power === undefined ? 1 : power.kind === "number" ? power.value : NaN;
  if (!Number.isInteger(degree) || degree < 1) {
    throw new ModelError(
      `the degree of poly() must be a whole number ≥ 1; got ${textOf(power!)}, in ${label}`,
      { term: label },
    );
  }
  const x = evaluate(of!, table, label);
  const plan = { kind: "polynomial", label, of: of!, degree } as const;
  if (isTrue(raw, false, label)) return plan;
  return { ...plan, orthogonal: learnPolynomial(x, degree, label) };
}

/** Arguments in the order of `names`: first those given by name, then the others from the left. */
function matchArguments(
  call: string,
  names: readonly string[],
  args: readonly Argument[],
  label: string,
): (Expression | undefined)[] {
  const found = new Map<string, Expression>();
  for (const { name, value } of args) if (name !== undefined) found.set(name, value);
  const free = names.filter((name) => !found.has(name));
  for (const { name, value } of args) if (name === undefined) found.set(free.shift() ?? "…", value);
  const unknown = [...found.keys()].find((name) => !names.includes(name));
  if (unknown !== undefined || !found.has(names[0]!)) {
    throw new ModelError(`${call}() must be called as ${call}(${names.join(", ")}); got ${label}`, {
      term: label,
    });
  }
  return names.map((name) => found.get(name));
}

function isTrue(value: Expression | undefined, otherwise: boolean, label: string): boolean {
  if (value === undefined) return otherwise;
  if (value.kind === "logical") return value.value;
  if (value.kind === "variable" && value.name === "T") return true;
  if (value.kind === "variable" && value.name === "F") return false;
  throw new ModelError(`a switch must be TRUE or FALSE; got ${textOf(value)}, in ${label}`);
}
