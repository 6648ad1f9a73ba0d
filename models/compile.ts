import type { Design, Observations, Table } from "../src/core/data.ts";
import type { CountPrior } from "../src/core/distribution.ts";
import { DataError, ModelError } from "../src/core/errors.ts";
import type { GateDeclaration, ModelDeclaration } from "../src/core/model.ts";
import type { Deviation, State, Target } from "../src/core/target.ts";
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
import { type Standardizer, standardizeDesign, standardizer } from "../src/data/standardize.ts";
import { selectColumns } from "../src/data/table.ts";
import { type Matrix, matrix, type Vector } from "../src/math/matrix.ts";
import { compileCount } from "./counts/index.ts";
import { DEFAULT_LAMBDA } from "./declare-known.ts";
import { expertFamily } from "./experts/index.ts";
import { features } from "./features.ts";
import { gateFamily } from "./gates/index.ts";
import { columnsOfKnown, compileKnown, knownInWords } from "./known/index.ts";
import { compileDistribution } from "./priors/index.ts";
import { reporter } from "./reporter.ts";
import { checkResponse } from "./response.ts";
import { mixtureTarget } from "./target.ts";
import { checkTrials } from "./trials.ts";
import { sampledFamily } from "./varying/bayes/families.ts";
import {
  type FunctionDesigns,
  type FunctionScales,
  functionDesigns,
  functionMixture,
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

/** A model that has met its data. */
export interface Compiled {
  /** Every default filled in. */
  readonly model: ModelDeclaration;
  /** What is sampled; its parameters are on an internal scale when the model standardizes. */
  readonly target: Target;
  /** The complete rows of the columns that the model uses. */
  readonly table: Table;
  /** How many rows were left out because a value was missing. */
  readonly dropped: number;
  readonly designs: Designs;
  /** The target over other rows of the same columns, on the scale of `target`. */
  over(table: Table): Target;
  /** The target of the same rows with another response (length n); a prior that was left out is scaled by that. */
  respond(y: Vector): Target;
  /** Writes theta (K × d) and gamma (K × q) of a state on the scale of the data, gate rows identified. */
  report(state: State, theta: Matrix, gamma: Matrix): void;
}

/**
 * Joins a declaration with a table. Throws a ModelError or DataError that names the formula, column, term or prior
 * that does not fit.
 */
export function compile(model: ModelDeclaration, data: Table): Compiled {
  const firstPlans = planDesigns(model, data);
  checkKnown(model, columnsUsed(firstPlans.experts, "response"));
  const read = [...columnsUsed(firstPlans.experts), ...columnsUsed(firstPlans.gate)];
  const index = model.varying === undefined ? [] : [model.varying.index];
  const used = [...new Set([...read, ...columnsOfKnown(model), ...index])];
  const { table, dropped } = completeRows(selectColumns(data, used), used);
  if (table.rows === 0) {
    throw new DataError(`every row has a missing value in ${used.join(", ")}; no rows are left`);
  }
  const designs = dropped === 0 ? firstPlans : planDesigns(model, table);
  const resolved = { ...model, standardize: model.standardize ?? true };
  return join(resolved, table, dropped, designs);
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

function join(model: ModelDeclaration, table: Table, dropped: number, plans: Designs): Compiled {
  const raw = buildBoth(plans, table);
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
  const { components } = model;
  const { family, prior: declared } = model.experts;
  const resolvedFor = (observations: Observations) => ({
    ...model,
    experts: {
      ...model.experts,
      prior: declared ?? defaultsOf(model, family).defaultPrior(observations),
    },
    ...(model.varying === undefined ? {} : { varying: withUnit(model, observations) }),
    gate: withDefaults(model.gate),
    components: typeof components === "number" ? components : compileCount(components).declaration,
    ...(model.known === undefined ? {} : { lambda: model.lambda ?? DEFAULT_LAMBDA }),
  });
  const targetOf = (rows: Seen): Target =>
    mixture(
      resolvedFor(rows.observations),
      rows,
      table,
      features(rows.observations, ofStarts(rows)),
    );
  const resolved = resolvedFor(seen.observations);
  const target = targetOf(seen);
  const { response = "real", largest } = target.expert;
  checkResponse(response, model.experts, seen.observations.y, table, largest);
  return {
    model: resolved,
    target,
    table,
    dropped,
    designs,
    over: (rows) => mixture(resolved, observe(designs, rows, scales), rows),
    respond: (y) => targetOf({ ...seen, observations: { ...seen.observations, y } }),
    report: reporter(target, scales.experts, scales.gate),
  };
}

/**
 * The mixture over other rows with parameters on the scale of the data: for predictions, curves and pointwise
 * likelihoods. A table without the response column gets NaN for it.
 */
export function compileReported(model: ModelDeclaration, designs: Designs, table: Table): Target {
  return mixture(model, observe(designs, table), table);
}

/** What experts and gate see of a table. */
interface Seen {
  readonly observations: Observations;
  readonly gate: Design;
  readonly functions?: FunctionDesigns;
}

function observe(
  designs: Designs,
  table: Table,
  scales?: { readonly experts: Standardizer; readonly gate: Standardizer },
  raw = buildBoth(designs, table),
): Seen {
  const { experts } = designs;
  const design = scales ? standardizeDesign(raw.experts, scales.experts) : raw.experts;
  const isShared = raw.gate.X === raw.experts.X;
  const gateDesign = isShared ? { ...raw.gate, X: design.X } : raw.gate;
  const y = columnsUsed(experts, "response").every((name) => table.columns.has(name))
    ? responseOf(experts, table)
    : new Float64Array(table.rows).fill(Number.NaN);
  return {
    observations: {
      n: table.rows,
      y,
      design,
    },
    gate: scales && !isShared ? standardizeDesign(gateDesign, scales.gate) : gateDesign,
    ...(designs.functions === undefined
      ? {}
      : { functions: functionDesigns(designs.functions, raw, table) }),
  };
}

/** The designs of experts and gate, which share a model matrix where both formulas make the same columns. */
function buildBoth({ experts, gate }: Designs, table: Table) {
  const ofExperts = buildDesign(experts, table);
  const isPlain = gate.offsets.length === 0 && gate.trials === undefined;
  const columnsOf = ({ variables, columns }: DesignPlan) => JSON.stringify([variables, columns]);
  const isSame = isPlain && columnsOf(experts) === columnsOf(gate);
  const { terms, X } = ofExperts;
  return { experts: ofExperts, gate: isSame ? { terms, X } : buildDesign(gate, table) };
}

/** groups: what starts group rows by; absent where nothing will be sampled. */
function mixture(
  model: ModelDeclaration,
  { observations, gate, functions }: Seen,
  table: Table,
  groups?: Matrix,
): Target {
  const { prior, family } = model.experts;
  if (prior === undefined) {
    throw new ModelError("the model must have its priors filled in; compile it first");
  }
  const compiled =
    functions === undefined
      ? {
          expert: expertFamily(family).compile(observations, prior),
          gate: gateFamily(model.gate.kind).compile(gate, model.gate),
        }
      : functionMixture(model, observations, gate, functions);
  return mixtureTarget(
    observations,
    compiled.expert,
    compiled.gate,
    countOf(model, compiled.gate.fixedRows),
    groups ?? matrix(observations.n, 0),
    deviationOf(model, table, observations.y),
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

/** The known density at these rows, where there is one. */
function deviationOf(
  { known, lambda }: ModelDeclaration,
  table: Table,
  y: Vector,
): Deviation | undefined {
  if (known === undefined) return undefined;
  const { a, b } = lambda ?? DEFAULT_LAMBDA;
  const { logDensity } = compileDistribution(lambda ?? DEFAULT_LAMBDA);
  return {
    known: compileKnown(known, table, y, compileReported),
    a: Number(a),
    b: Number(b),
    logPrior: logDensity,
  };
}

/** Throws a ModelError where the number is random and the gate treats some components unlike the others. */
function countOf({ components }: ModelDeclaration, fixedRows: number): number | CountPrior {
  if (typeof components === "number") return components;
  if (fixedRows > 0) {
    throw new ModelError(
      "components must be exchangeable a priori where their number is random; got a gate whose last one is its " +
        'baseline; write baseline: "none" (with 2 components, a coefficient of sd s against a baseline is ' +
        "one of sd s / √2 without)",
      { components },
    );
  }
  return compileCount(components);
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
