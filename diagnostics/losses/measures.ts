import { UsageError } from "../../src/core/errors.ts";
import { fastExp } from "../../src/math/exp.ts";
import { logSumExp } from "../../src/math/log-sum-exp.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";

/** One row of a softmax gate: log odds are intercept + slopes · x. */
export interface GateRow {
  readonly intercept: number;
  readonly slopes: readonly number[];
}

/**
 * The parameters of one expert. coefficients: the intercept first, then the slopes; of an expert
 * that is not linear, its parameters in any order. sd: residual sd (not the variance), absent where
 * the family has none.
 */
export interface ExpertAtom {
  readonly coefficients: readonly number[];
  readonly sd?: number;
}

/** A mixture of experts with a softmax gate, as its mixing measure: an atom a component, of mass e^intercept. */
export interface GatedMeasure {
  readonly gate: readonly GateRow[];
  readonly experts: readonly ExpertAtom[];
}

/** A mixture of experts with weights that do not depend on covariates; they sum to 1. */
export interface WeightedMeasure {
  readonly weights: readonly number[];
  readonly experts: readonly ExpertAtom[];
}

/** Experts as arrays: K × p, and K variances (0 where the family has no sd). */
export interface ExpertArrays {
  readonly coefficients: Matrix;
  readonly variance: Vector;
}

/** A gated measure as arrays; log mass may have any level. */
export interface GatedArrays extends ExpertArrays {
  readonly logMass: Vector;
  /** K × q. */
  readonly slopes: Matrix;
}

const WEIGHT_TOLERANCE = 1e-9;

function check(holds: boolean, message: string): void {
  if (!holds) throw new UsageError(message);
}

function rectangle(rows: readonly (readonly number[])[], what: string): Matrix {
  const columns = rows[0]?.length ?? 0;
  const out = matrix(rows.length, columns);
  rows.forEach((values, k) => {
    check(
      values.length === columns,
      `every atom must have as many ${what}; atom 1 has ${columns}, atom ${k + 1} has ${values.length}`,
    );
    const bad = values.findIndex((value) => !Number.isFinite(value));
    check(bad < 0, `${what} must be finite; atom ${k + 1} has ${values[bad]} at place ${bad + 1}`);
    row(out, k).set(values);
  });
  return out;
}

/** Experts as arrays. Throws a UsageError if there are none, or they differ in shape. */
export function expertArrays(experts: readonly ExpertAtom[]): ExpertArrays {
  check(experts.length > 0, "a mixing measure must have an atom; it has none");
  const withSd = experts[0]!.sd !== undefined;
  const variance = Float64Array.from(experts, ({ sd }, k) => {
    check(
      (sd !== undefined) === withSd,
      `either all experts have an sd or none; see atom ${k + 1}`,
    );
    check(
      sd === undefined || (sd > 0 && Number.isFinite(sd)),
      `an sd must be positive and finite; atom ${k + 1} has ${sd}`,
    );
    return (sd ?? 0) ** 2;
  });
  const coefficients = rectangle(
    experts.map((expert) => expert.coefficients),
    "coefficients",
  );
  return { coefficients, variance };
}

/** A gated measure as arrays. Throws a UsageError where its parts do not fit. */
export function gatedArrays({ gate, experts }: GatedMeasure): GatedArrays {
  check(
    gate.length === experts.length,
    `a gate must have a row an expert; got ${gate.length} rows for ${experts.length} experts`,
  );
  const arrays = expertArrays(experts);
  const slopes = rectangle(
    gate.map((gateRow) => gateRow.slopes),
    "gate slopes",
  );
  const logMass = rectangle(
    gate.map(({ intercept }) => [intercept]),
    "gate intercepts",
  ).data;
  return { ...arrays, slopes, logMass };
}

/** Masses e^logMass, times the factor that makes their total `total`. */
export function massesOf(logMass: Vector, total: number): Vector {
  const level = logSumExp(logMass);
  return logMass.map((value) => total * fastExp(value - level));
}

/** Weights as an array. Throws a UsageError unless they are ≥ 0, sum to 1 and there is one an expert. */
export function weightArray({ weights, experts }: WeightedMeasure): Vector {
  check(
    weights.length === experts.length,
    `there must be a weight an expert; got ${weights.length} weights for ${experts.length} experts`,
  );
  const bad = weights.findIndex((weight) => !(weight >= 0));
  check(bad < 0, `weights must be 0 or more; weight ${bad + 1} is ${weights[bad]}`);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  check(
    Math.abs(total - 1) <= WEIGHT_TOLERANCE,
    `weights must sum to 1; they sum to ${total}. Divide them by their sum`,
  );
  return Float64Array.from(weights);
}

/** Throws a UsageError unless atoms of two measures can be subtracted from each other. */
export function checkComparable(fit: ExpertArrays, truth: ExpertArrays): void {
  check(
    fit.coefficients.columns === truth.coefficients.columns,
    "both measures must have as many coefficients an expert; " +
      `got ${fit.coefficients.columns} and ${truth.coefficients.columns}`,
  );
  check(
    fit.variance[0]! > 0 === truth.variance[0]! > 0,
    "both measures must have an sd, or neither; one has, the other has not",
  );
}
