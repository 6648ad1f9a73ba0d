import type { Table } from "../src/core/data.ts";
import type { CountPrior } from "../src/core/distribution.ts";
import { ModelError } from "../src/core/errors.ts";
import type { ModelDeclaration } from "../src/core/model.ts";
import type { Deviation, State, Target } from "../src/core/target.ts";
import { type Matrix, matrix, type Vector } from "../src/math/matrix.ts";
import { compileCount } from "./counts/index.ts";
import { DEFAULT_LAMBDA } from "./declare-known.ts";
import { expertFamily } from "./experts/index.ts";
import { gateFamily } from "./gates/index.ts";
import { compileKnown } from "./known/index.ts";
import { type Part, partOf } from "./part.ts";
import {
  type Designs,
  featuresOf,
  observe,
  type Prepared,
  prepare,
  resolve,
  type Seen,
} from "./prepare.ts";
import { compileDistribution } from "./priors/index.ts";
import { reporter } from "./reporter.ts";
import { checkResponse } from "./response.ts";
import { mixtureTarget } from "./target.ts";
import { functionMixture } from "./varying/bayes/mixture.ts";

export { type Designs, type Prepared, prepare } from "./prepare.ts";

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
  /** What it was compiled from. */
  readonly prepared: Prepared;
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
  return compileChecked(prepare(model, data));
}

/** The same from what `prepare` has made. Throws a DataError for a response that the experts could not have made. */
export function compileChecked(prepared: Prepared): Compiled {
  const compiled = compilePrepared(prepared);
  const { response = "real", largest } = compiled.target.expert;
  const { declared, seen, table } = prepared;
  checkResponse(response, declared.experts, seen.observations.y, table, largest);
  return compiled;
}

/** The same without that check, for arrays that have passed it. */
export function compilePrepared(prepared: Prepared): Compiled {
  const { declared, model, table, dropped, designs, scales, seen } = prepared;
  const whole = mixture(model, seen, table, () => prepared.features);
  const target = withPart(model, whole, prepared);
  return {
    model,
    target,
    table,
    dropped,
    designs,
    prepared,
    over: (rows) => mixture(model, observe(designs, rows, scales), rows),
    respond(y) {
      const rows = { ...seen, observations: { ...seen.observations, y } };
      return mixture(resolve(declared, rows.observations), rows, table, featuresOf(rows));
    },
    report: reporter(target, scales.experts, scales.gate),
  };
}

/** The target, with one over a part of its rows where these are very many. */
function withPart(model: ModelDeclaration, target: Target, all: Part): Target {
  const thin = partOf(target.n);
  if (thin === undefined) return target;
  return Object.assign(target, {
    part() {
      const { seen, table, features } = thin(all);
      return mixture(model, seen, table, () => features);
    },
  });
}

/**
 * The mixture over other rows with parameters on the scale of the data: for predictions, curves and pointwise
 * likelihoods. A table without the response column gets NaN for it.
 */
export function compileReported(model: ModelDeclaration, designs: Designs, table: Table): Target {
  return mixture(model, observe(designs, table), table);
}

/** groups: what starts group rows by; absent where nothing will be sampled. */
function mixture(
  model: ModelDeclaration,
  { observations, gate, functions }: Seen,
  table: Table,
  groups?: () => Matrix,
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
    groups ?? (() => matrix(observations.n, 0)),
    deviationOf(model, table, observations.y),
  );
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
