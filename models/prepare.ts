import type { Design, Observations, Table } from "../src/core/data.ts";
import { DataError, ModelError } from "../src/core/errors.ts";
import { lazily } from "../src/core/lazily.ts";
import type { GateDeclaration, ModelDeclaration } from "../src/core/model.ts";
import {
  buildDesign,
  type DesignPlan,
  INTERCEPT,
  planDesign,
  responseOf,
} from "../src/data/design.ts";
import { parseFormula, responseColumns } from "../src/data/formula.ts";
import { columnsUsed, completeRows } from "../src/data/missing.ts";
import { checkRank } from "../src/data/rank.ts";
import { type Standardizer, standardizeInPlace, standardizer } from "../src/data/standardize.ts";
import { selectColumns } from "../src/data/table.ts";
import type { Matrix, VectorMemory } from "../src/math/matrix.ts";
import { compileCount } from "./counts/index.ts";
import { DEFAULT_LAMBDA } from "./declare-known.ts";
import { expertFamily } from "./experts/index.ts";
import { features } from "./features.ts";
import { gateFamily } from "./gates/index.ts";
import { columnsOfKnown, knownInWords } from "./known/index.ts";
import { checkTrials } from "./trials.ts";
import { sampledFamily } from "./varying/bayes/families.ts";
import {
  type FunctionDesigns,
  type FunctionScales,
  functionDesigns,
  withIndex,
  withUnit,
} from "./varying/bayes/mixture.ts";
import { rangeOf } from "./varying/compile.ts";

/** What the formulas have learned from the data: enough to build the same designs for other rows. Plain data. */
export interface Designs {
  readonly experts: DesignPlan;
  readonly gate: DesignPlan;
  /** Where coefficients are functions: the range of the index, and how the columns that functions multiply are scaled. */
  readonly functions?: FunctionScales;
}

/** How the columns of both designs are scaled. */
export interface Scales {
  readonly experts: Standardizer;
  readonly gate: Standardizer;
}

/**
 * A model and the arrays that its target is compiled from: plain data where the model is, so that threads may be sent
 * them, and share the arrays where these lie in shared memory.
 */
export interface Prepared {
  /** As declared; priors that were left out depend on the response. */
  readonly declared: ModelDeclaration;
  /** Every default filled in. */
  readonly model: ModelDeclaration;
  /** Of the complete rows, the columns that the model uses, or those of its known density alone. */
  readonly table: Table;
  readonly dropped: number;
  readonly designs: Designs;
  readonly scales: Scales;
  readonly seen: Seen;
  /** What starts group rows by; made when it is first read. */
  readonly features: Matrix;
}

/**
 * Joins a declaration with a table, as far as no density is needed; what is large lies in the memory given, if any.
 * Throws as `compile`.
 */
export function prepare(model: ModelDeclaration, data: Table, memory?: VectorMemory): Prepared {
  const firstPlans = planDesigns(model, data);
  checkKnown(model, columnsUsed(firstPlans.experts, "response"));
  const read = [...columnsUsed(firstPlans.experts), ...columnsUsed(firstPlans.gate)];
  const index = model.varying === undefined ? [] : [model.varying.index];
  const used = [...new Set([...read, ...columnsOfKnown(model), ...index])];
  const { table, dropped } = completeRows(selectColumns(data, used), used);
  if (table.rows === 0) {
    throw new DataError(`every row has a missing value in ${used.join(", ")}; no rows are left`);
  }
  const plans = dropped === 0 ? firstPlans : planDesigns(model, table);
  const declared = { ...model, standardize: model.standardize ?? true };
  const met = meet(declared, table, plans, memory);
  const features = featuresOf(met.seen, memory);
  return {
    declared,
    table,
    dropped,
    ...met,
    get features() {
      return features();
    },
  };
}

function meet(model: ModelDeclaration, table: Table, plans: Designs, memory?: VectorMemory) {
  const raw = buildBoth(plans, table, memory);
  checkRank(raw.experts, model.experts.formula);
  const ofExperts = scaling(raw.experts, model);
  const scales = { experts: ofExperts, gate: ofExperts };
  if (raw.gate.X !== raw.experts.X) {
    checkRank(raw.gate, gateFormula(model.gate));
    scales.gate = scaling(raw.gate, model);
  }
  const designs =
    model.varying === undefined
      ? plans
      : { ...plans, functions: { index: rangeOf(model.varying.index, table), ...scales } };
  const seen = observe(designs, table, scales, raw);
  return {
    model: resolve(model, seen.observations),
    designs,
    scales,
    seen,
  };
}

/** A declaration with every default filled in; those of priors come from the response. */
export function resolve(model: ModelDeclaration, observations: Observations): ModelDeclaration {
  const { components } = model;
  const { family, prior } = model.experts;
  return {
    ...model,
    experts: {
      ...model.experts,
      prior: prior ?? defaultsOf(model, family).defaultPrior(observations),
    },
    ...(model.varying === undefined ? {} : { varying: withUnit(model, observations) }),
    gate: withDefaults(model.gate),
    components: typeof components === "number" ? components : compileCount(components).declaration,
    ...(model.known === undefined ? {} : { lambda: model.lambda ?? DEFAULT_LAMBDA }),
  };
}

/** What starts group these rows by: made when first asked for, of the response as it is now, which a target may rewrite. */
export function featuresOf(seen: Seen, memory?: VectorMemory): () => Matrix {
  const observations = { ...seen.observations, y: seen.observations.y.slice() };
  return lazily(() => features(observations, ofStarts(seen), memory));
}

/** What experts and gate see of a table. */
export interface Seen {
  readonly observations: Observations;
  readonly gate: Design;
  readonly functions?: FunctionDesigns;
}

/** What they see of these rows; with scales, as it is sampled, in the memory of the raw designs. */
export function observe(
  designs: Designs,
  table: Table,
  scales?: Scales,
  raw = buildBoth(designs, table),
): Seen {
  const { experts, functions: learned } = designs;
  const functions =
    learned === undefined ? {} : { functions: functionDesigns(learned, raw, table) };
  if (scales !== undefined) {
    standardizeInPlace(raw.experts, scales.experts);
    if (raw.gate.X !== raw.experts.X) standardizeInPlace(raw.gate, scales.gate);
  }
  const y = columnsUsed(experts, "response").every((name) => table.columns.has(name))
    ? responseOf(experts, table)
    : new Float64Array(table.rows).fill(Number.NaN);
  return {
    observations: { n: table.rows, y, design: raw.experts },
    gate: raw.gate,
    ...functions,
  };
}

/** The designs of experts and gate, which share a model matrix where both formulas make the same columns. */
function buildBoth({ experts, gate }: Designs, table: Table, memory?: VectorMemory) {
  const ofExperts = buildDesign(experts, table, memory);
  const isPlain = gate.offsets.length === 0 && gate.trials === undefined;
  const columnsOf = ({ variables, columns }: DesignPlan) => JSON.stringify([variables, columns]);
  const isSame = isPlain && columnsOf(experts) === columnsOf(gate);
  const { terms, X } = ofExperts;
  return { experts: ofExperts, gate: isSame ? { terms, X } : buildDesign(gate, table, memory) };
}

function planDesigns(model: ModelDeclaration, table: Table): Designs {
  const experts = parseFormula(model.experts.formula);
  const gate = parseFormula(gateFormula(model.gate));
  const designs = {
    experts: planDesign(experts, table),
    gate: planDesign(gate, table, responseColumns(experts)),
  };
  checkTrials(model.experts, designs.experts, designs.gate);
  checkResponseIsLeft(designs);
  return designs;
}

/**
 * Given all columns that it is made of, the response is no longer random. Some of them may be covariates: a change
 * `y - x` may depend on x.
 */
function checkResponseIsLeft({ experts, gate }: Designs): void {
  const response = columnsUsed(experts, "response");
  const formulas = [experts, gate].map((plan) => ({ plan, read: columnsUsed(plan, "design") }));
  const covariates = new Set(formulas.flatMap(({ read }) => read));
  if (response.length === 0 || response.some((name) => !covariates.has(name))) return;
  const names = response.map((name) => `"${name}"`).join(", ");
  const { plan } = formulas.find(({ read }) => read.includes(response[0]!))!;
  throw new ModelError(
    `the response must not be among the covariates; column ${names} of "${experts.formula}" is, in ` +
      `"${plan.formula}"; leave it out there`,
    { columns: response, formula: plan.formula },
  );
}

/** Throws a ModelError where the known density reads the response. */
function checkKnown({ known }: ModelDeclaration, response: readonly string[]): void {
  const stray = columnsOfKnown({ known }).find((name) => response.includes(name));
  if (stray === undefined) return;
  throw new ModelError(
    `the known density must be given by covariates; ${knownInWords(known!)} reads the response "${stray}"; leave it out there`,
    { column: stray },
  );
}

/** Where default priors come from: functions need levels with independent priors. */
function defaultsOf({ varying }: ModelDeclaration, family: string) {
  return varying === undefined ? expertFamily(family) : sampledFamily(family);
}

/** The gate's design as starts see it: with the index, where there is one. */
function ofStarts({ gate, functions }: Seen): Design {
  return functions === undefined ? gate : withIndex(gate, functions);
}

function gateFormula(gate: GateDeclaration): string {
  return gate.kind === "softmax" ? gate.formula : "~ 1";
}

function withDefaults(gate: GateDeclaration): GateDeclaration {
  const prior = gate.prior ?? gateFamily(gate.kind).defaultPrior;
  return gate.kind === "softmax"
    ? { ...gate, prior, baseline: gate.baseline ?? "none" }
    : { ...gate, prior };
}

/** How the columns of a design are scaled before sampling; not at all when the model does not standardize. */
function scaling(design: Design, { standardize }: ModelDeclaration): Standardizer {
  if (standardize !== false) return standardizer(design);
  const { terms } = design;
  const intercept = terms.indexOf(INTERCEPT);
  const none = { center: terms.map(() => 0), scale: terms.map(() => 1) };
  return intercept < 0 ? none : { ...none, intercept };
}
