import type { Design, Members, Observations } from "../../src/core/data.ts";
import type { Expert } from "../../src/core/expert.ts";
import type { ExpertPriorDeclaration } from "../../src/core/model.ts";
import { matrix } from "../../src/math/matrix.ts";
import { COVARIATE, designRows, offsetOf, tinyResponse } from "../helpers/tiny-targets.ts";

/** Priors of each registered family: every path through its updates. */
export const expertPriors: Readonly<
  Record<string, Readonly<Record<string, ExpertPriorDeclaration>>>
> = {
  gaussian: {
    "normal-inverse-gamma": {
      kind: "normal-inverse-gamma",
      mean: 0.3,
      scale: 1.5,
      shape: 3,
      rate: 2,
    },
    "normal-inverse-gamma by column": {
      kind: "normal-inverse-gamma",
      mean: [1, -2],
      scale: [0.5, 4],
      shape: 4,
      rate: 1,
    },
    "normal, inverse-gamma variance": {
      kind: "independent",
      coefficients: { kind: "normal", mean: 0.2, sd: 1.2 },
      variance: { kind: "inverse-gamma", shape: 3, rate: 2 },
    },
    "normal by column, gamma variance": {
      kind: "independent",
      coefficients: [
        { kind: "normal", mean: 1, sd: 2 },
        { kind: "normal", mean: -1, sd: 0.4 },
      ],
      variance: { kind: "gamma", shape: 2, rate: 2 },
    },
    "normal, half-normal sd": {
      kind: "independent",
      coefficients: { kind: "normal", mean: 0, sd: 2 },
      sd: { kind: "half-normal", sd: 0.8 },
    },
    "Student-t, half-Cauchy sd": {
      kind: "independent",
      coefficients: { kind: "student-t", df: 5, location: 0.5, scale: 0.8 },
      sd: { kind: "half-cauchy", scale: 0.5 },
    },
    "normal and Student-t, exponential sd": {
      kind: "independent",
      coefficients: [
        { kind: "normal", mean: 0, sd: 2 },
        { kind: "student-t", df: 4, location: 0, scale: 1 },
      ],
      sd: { kind: "exponential", rate: 1.5 },
    },
    "uniform, uniform sd": {
      kind: "independent",
      coefficients: { kind: "uniform", lower: -0.5, upper: 2.5 },
      sd: { kind: "uniform", lower: 0.2, upper: 3 },
    },
  },
  poisson: {
    normal: { kind: "coefficients", coefficients: { kind: "normal", mean: 0.3, sd: 0.7 } },
    "normal by column": {
      kind: "coefficients",
      coefficients: [
        { kind: "normal", mean: 1, sd: 0.5 },
        { kind: "normal", mean: -0.2, sd: 0.8 },
      ],
    },
    "normal and Student-t": {
      kind: "coefficients",
      coefficients: [
        { kind: "normal", mean: 0, sd: 1 },
        { kind: "student-t", df: 7, location: 0, scale: 0.4 },
      ],
    },
    uniform: { kind: "coefficients", coefficients: { kind: "uniform", lower: -0.5, upper: 1.5 } },
  },
  binomial: {
    normal: { kind: "coefficients", coefficients: { kind: "normal", mean: -0.3, sd: 0.9 } },
    "normal by column": {
      kind: "coefficients",
      coefficients: [
        { kind: "normal", mean: 1, sd: 1.5 },
        { kind: "normal", mean: -0.2, sd: 0.8 },
      ],
    },
    "normal and Student-t": {
      kind: "coefficients",
      coefficients: [
        { kind: "normal", mean: 0, sd: 1 },
        { kind: "student-t", df: 7, location: 0, scale: 0.4 },
      ],
    },
    uniform: { kind: "coefficients", coefficients: { kind: "uniform", lower: -5, upper: 5 } },
  },
  "negative-binomial": {
    "normal, exponential dispersion": {
      kind: "overdispersed",
      coefficients: { kind: "normal", mean: 0.3, sd: 0.7 },
      dispersion: { kind: "exponential", rate: 1 },
    },
    "normal by column, half-normal dispersion": {
      kind: "overdispersed",
      coefficients: [
        { kind: "normal", mean: 1, sd: 0.5 },
        { kind: "normal", mean: -0.2, sd: 0.8 },
      ],
      dispersion: { kind: "half-normal", sd: 0.6 },
    },
    "normal, gamma size": {
      kind: "overdispersed",
      coefficients: { kind: "normal", mean: 0.3, sd: 0.7 },
      size: { kind: "gamma", shape: 3, rate: 1 },
    },
    "normal and Student-t, inverse-gamma size": {
      kind: "overdispersed",
      coefficients: [
        { kind: "normal", mean: 0, sd: 1 },
        { kind: "student-t", df: 7, location: 0, scale: 0.4 },
      ],
      size: { kind: "inverse-gamma", shape: 3, rate: 4 },
    },
    "normal, uniform size": {
      kind: "overdispersed",
      coefficients: { kind: "normal", mean: 0.3, sd: 0.7 },
      size: { kind: "uniform", lower: 0.5, upper: 20 },
    },
  },
  tanh: {
    "normal, half-normal amplitude and sd": {
      kind: "bounded",
      coefficients: { kind: "normal", mean: 0.2, sd: 0.9 },
      amplitude: { kind: "half-normal", sd: 1.5 },
      sd: { kind: "half-normal", sd: 0.8 },
    },
    "normal by column, gamma amplitude, inverse-gamma sd": {
      kind: "bounded",
      coefficients: [
        { kind: "normal", mean: 0, sd: 0.5 },
        { kind: "normal", mean: 1, sd: 0.6 },
      ],
      amplitude: { kind: "gamma", shape: 3, rate: 2 },
      sd: { kind: "inverse-gamma", shape: 4, rate: 3 },
    },
    "Student-t, uniform amplitude, exponential sd": {
      kind: "bounded",
      coefficients: { kind: "student-t", df: 5, location: 0.2, scale: 0.5 },
      amplitude: { kind: "uniform", lower: 0.2, upper: 3 },
      sd: { kind: "exponential", rate: 1.5 },
    },
  },
};

const ROWS = 10;

/** Counts in no particular pattern. */
const COUNTS = [3, 0, 1, 7, 0, 4, 2, 1, 0, 2] as const;

/** At least as many as the counts, for families that count successes; no other looks at them. */
const TRIALS = [5, 2, 3, 9, 4, 4, 30, 3, 2, 6] as const;

/** Ten rows, an intercept and a covariate; the response, of the kind asked for, is of this caller alone. */
export function observations(
  offset = false,
  response: Expert["response"] = "real",
  n = ROWS,
): Observations {
  const X = matrix(n, 2, Float64Array.from(designRows(n).flat()));
  const terms = ["(Intercept)", "x"];
  const trials = Float64Array.from(TRIALS.slice(0, n));
  const design: Design = offset
    ? { terms, X, trials, offset: Float64Array.from(COVARIATE.slice(0, n), offsetOf) }
    : { terms, X, trials };
  const y = response === "count" ? Float64Array.from(COUNTS.slice(0, n)) : tinyResponse(n);
  return { n, y, design };
}

/** Rows by number, each of weight 1 unless said otherwise. */
export function membersOf(rows: readonly number[], weight?: readonly number[]): Members {
  return {
    rows: Int32Array.from(rows),
    weight: Float64Array.from(weight ?? rows.map(() => 1)),
  };
}

/** Σ weight · log f + priorWeight · log prior: what `maximize` climbs. */
export function objectiveOf(
  expert: Expert,
  { rows, weight }: Members,
  priorWeight: number,
): (theta: Float64Array) => number {
  const density = new Float64Array(expert.y.length);
  return (theta) => {
    const prior = priorWeight === 0 ? 0 : priorWeight * expert.logPrior(theta);
    // Where the prior says impossible, the density need not be a number.
    if (prior === Number.NEGATIVE_INFINITY) return prior;
    expert.logDensity(theta, density);
    return rows.reduce((total, i, m) => total + weight[m]! * density[i]!, prior);
  };
}
