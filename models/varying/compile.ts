import type { Design, Table } from "../../src/core/data.ts";
import { DataError, ModelError } from "../../src/core/errors.ts";
import type { VaryingDesign, VaryingPenalty, VaryingProblem } from "../../src/core/varying.ts";
import {
  buildDesign,
  type DesignPlan,
  INTERCEPT,
  planDesign,
  responseOf,
} from "../../src/data/design.ts";
import { parseFormula, responseColumns } from "../../src/data/formula.ts";
import { columnsUsed, completeRows } from "../../src/data/missing.ts";
import { checkRank } from "../../src/data/rank.ts";
import { type Standardizer, standardizeDesign, standardizer } from "../../src/data/standardize.ts";
import { numbersOf, rowNumber, selectColumns } from "../../src/data/table.ts";
import type { Matrix, Vector } from "../../src/math/matrix.ts";
import { checkResponse } from "../response.ts";
import { checkTrials } from "../trials.ts";
import type { VaryingModel, VaryingTerms } from "../varying.ts";
import { varyingFamily } from "./families.ts";
import { buildProblem } from "./problem.ts";
import { residualVariance } from "./residual-variance.ts";

/** The index as the data have it; the problem's runs from 0 at `low` to 1 at `high`. */
export interface IndexRange {
  readonly name: string;
  readonly low: number;
  readonly high: number;
}

/** What is needed to see other rows as the problem sees its own; plain data. */
export interface VaryingScales {
  readonly index: IndexRange;
  readonly designs: { readonly experts: DesignPlan; readonly gate: DesignPlan };
  readonly standardizers: { readonly experts: Standardizer; readonly gate: Standardizer };
  /** Of the response given the covariates, without mixture: what dispersions are penalised by. */
  readonly variance: number;
}

export interface CompiledVarying {
  readonly model: VaryingModel;
  readonly problem: VaryingProblem;
  /** Row of `table` of each row of the problem. */
  readonly order: Int32Array;
  readonly table: Table;
  readonly dropped: number;
  readonly scales: VaryingScales;
}

/**
 * Joins a declaration with a table: rows sorted by the index, designs parted into what varies and what does not. Throws
 * a ModelError or DataError that names the formula, term, column or row that does not fit.
 */
export function compileVarying(
  model: VaryingModel,
  data: Table,
  penalty: Partial<VaryingPenalty> = {},
): CompiledVarying {
  const first = plans(model, data);
  checkIndexIsNoResponse(model.varying.index, first.experts);
  const read = [...columnsUsed(first.experts), ...columnsUsed(first.gate), model.varying.index];
  const used = [...new Set(read)];
  const { table, dropped } = completeRows(selectColumns(data, used), used);
  const designs = dropped === 0 ? first : plans(model, table);
  const raw = {
    experts: buildDesign(designs.experts, table),
    gate: buildDesign(designs.gate, table),
  };
  checkRank(raw.experts, designs.experts.formula);
  checkRank(raw.gate, designs.gate.formula);
  const standardizers = {
    experts: scaling(model, raw.experts, model.varying.experts),
    gate: scaling(model, raw.gate, model.varying.gate),
  };
  const index = rangeOf(model.varying.index, table);
  const y = responseOf(designs.experts, table);
  const variance = residualVariance(raw.experts, y);
  const scales = { index, designs, standardizers, variance };
  const { problem, order } = problemFrom(model, scales, table, raw, penalty, y);
  return { model, problem, order, table, dropped, scales };
}

/** The problem over other rows, seen as a compiled one sees its own; responses in the order of the table where given. */
export function problemOver(
  model: VaryingModel,
  scales: VaryingScales,
  table: Table,
  penalty: Partial<VaryingPenalty> = {},
  responses?: Vector,
): OrderedProblem {
  const { designs } = scales;
  const raw = {
    experts: buildDesign(designs.experts, table),
    gate: buildDesign(designs.gate, table),
  };
  const y = responses ?? responseOf(designs.experts, table);
  return problemFrom(model, scales, table, raw, penalty, y);
}

interface OrderedProblem {
  readonly problem: VaryingProblem;
  /** Row of the table of each row of the problem. */
  readonly order: Int32Array;
}

function problemFrom(
  model: VaryingModel,
  { standardizers, index, variance }: VaryingScales,
  table: Table,
  raw: { readonly experts: Design; readonly gate: Design },
  penalty: Partial<VaryingPenalty>,
  y: Vector,
): OrderedProblem {
  const family = varyingFamily(model.experts.family);
  const experts = standardizeDesign(raw.experts, standardizers.experts);
  const gate = standardizeDesign(raw.gate, standardizers.gate);
  const trials = experts.trials ?? new Float64Array(table.rows).fill(1);
  const largest = family === varyingFamily("binomial") ? trials : undefined;
  checkResponse(family.response, model.experts, y, table, largest);
  const u = unitIndex(index, table);
  const order = sortedBy(u, y);
  const parts = {
    ...{ u, y, trials, variance, offset: experts.offset ?? new Float64Array(table.rows) },
    experts: parted(experts, model.varying.experts),
    gate: parted(gate, model.varying.gate),
  };
  const options = {
    components: model.components,
    rows: family.rows,
    penalty: { ...family.penalty, ...penalty },
    dispersionVaries: model.varying.dispersion,
  };
  return { problem: buildProblem(parts, order, options), order };
}

function plans(model: VaryingModel, table: Table) {
  const experts = parseFormula(model.experts.formula);
  const text = model.gate.kind === "softmax" ? model.gate.formula : "~ 1";
  const gate = planDesign(parseFormula(text), table, responseColumns(experts));
  const designs = { experts: planDesign(experts, table), gate };
  varyingFamily(model.experts.family);
  checkTrials(model.experts, designs.experts, designs.gate);
  checkTerms(model.varying.experts, designs.experts, "experts");
  checkTerms(model.varying.gate, designs.gate, "gate");
  checkIndexFree(model.varying.index, model.varying.experts, designs.experts);
  checkIndexFree(model.varying.index, model.varying.gate, designs.gate);
  if (gate.offsets.length > 0) {
    throw new ModelError(
      "the gate of varying coefficients must not have an offset(); leave it out",
      {
        formula: text,
      },
    );
  }
  return designs;
}

function checkTerms(terms: VaryingTerms, { columns, formula }: DesignPlan, part: string): void {
  if (terms === "all") return;
  const known = columns.map(({ name }) => name);
  const stray = terms.find((term) => !known.includes(term));
  if (stray === undefined) return;
  throw new ModelError(
    `\`varying.${part}\` must name columns of "${formula}": ${known.join(", ")}; got ${stray}`,
    { term: stray, terms: known },
  );
}

/** Where an intercept is a function of the index, the index itself has nothing left to say. */
function checkIndexFree(
  index: string,
  terms: VaryingTerms,
  { columns, formula }: DesignPlan,
): void {
  if (terms !== "all" && !terms.includes(INTERCEPT)) return;
  const isIndex = (name: string): boolean =>
    name === index || name.split(/[^\p{L}\p{N}._]+/u).includes(index);
  const found = columns.find(({ name }) => isIndex(name));
  if (found === undefined) return;
  throw new ModelError(
    `"${formula}" must not hold the index ${index} where its intercept varies: the intercept is a function of ${index} ` +
      `already, and nothing could tell the two apart; got ${found.name}; leave it out`,
    { term: found.name, index },
  );
}

function checkIndexIsNoResponse(index: string, experts: DesignPlan): void {
  if (!columnsUsed(experts, "response").includes(index)) return;
  throw new ModelError(
    `the index must be another column than the response of "${experts.formula}"; got ${index} for both`,
    { index },
  );
}

/** Nothing is centred where the intercept is constant and a slope is not: no constant could take up the shift. */
function scaling(model: VaryingModel, design: Design, terms: VaryingTerms): Standardizer {
  const learned = standardizer(design);
  const none = design.terms.map(() => 0);
  if (!model.standardize) return { ...learned, center: none, scale: none.map(() => 1) };
  return terms === "all" || terms.includes(INTERCEPT) ? learned : { ...learned, center: none };
}

/** Smallest and largest value of a column. Throws a DataError where all are equal. */
export function rangeOf(name: string, table: Table): IndexRange {
  const values = numbersOf(table, name, name);
  const [low, high] = extremes(values);
  if (high > low) return { name, low, high };
  throw new DataError(
    `the index "${name}" must have at least two different values; all are ${low}; choose another column`,
    { column: name, value: low },
  );
}

function extremes(values: Vector): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** The index of every row as a share of its range. Throws a DataError for the first row without one. */
export function unitIndex({ name, low, high }: IndexRange, table: Table): Vector {
  const values = numbersOf(table, name, name);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new DataError(
      `the index "${name}" must be a number in every row; it is missing in row ${rowNumber(table, bad)}`,
      { column: name, row: rowNumber(table, bad) },
    );
  }
  return values.map((value) => (value - low) / (high - low));
}

/** Ties by the response, so that the order of the table's rows does not matter. */
function sortedBy(u: Vector, y: Vector): Int32Array {
  return Int32Array.from({ length: u.length }, (_, i) => i).sort(
    (a, b) => u[a]! - u[b]! || y[a]! - y[b]! || a - b,
  );
}

function parted({ terms, X }: Design, varies: VaryingTerms): VaryingDesign {
  const all = terms.map((_, j) => j);
  const varying = all.filter((j) => varies === "all" || varies.includes(terms[j]!));
  const constant = all.filter((j) => !varying.includes(j));
  return {
    ...{ terms, places: [...varying, ...constant] },
    ...{ varying: selected(X, varying), varyingColumns: varying.length },
    ...{ constant: selected(X, constant), constantColumns: constant.length },
  };
}

/** Some columns of a matrix, row-major; its own data if all are asked for. */
function selected({ rows, columns, data }: Matrix, which: readonly number[]): Vector {
  const count = which.length;
  if (count === columns) return data;
  const out = new Float64Array(rows * count);
  for (let j = 0; j < count; j++) {
    for (let i = 0, from = which[j]!; i < rows; i++, from += columns)
      out[i * count + j] = data[from]!;
  }
  return out;
}
