import { ROW, type VaryingProblem } from "../../src/core/varying.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import type { Layout } from "./layout.ts";
import { type RowParts, rowDerivatives } from "./row-derivatives.ts";

/** "observed": minus second derivatives. "complete": the experts' and the gate's informations given who is whose. */
export type Curvature = "observed" | "complete";

/**
 * log Σ_c π_c f_c of one row as a function of its linear predictors (in the order of the layout), or, given
 * responsibilities r (row i at i · K), Σ_c r_c log(π_c f_c). The offset is added here.
 */
export interface RowTerms {
  value(i: number, predictors: Vector, given?: Vector): number;
  /**
   * Writes derivatives by the predictors and `information` (lower triangle, predictors²; for given responsibilities
   * and for "complete" only blocks of one expert and of the gate); returns the value.
   */
  differentiate(
    i: number,
    predictors: Vector,
    gradient: Vector,
    information: Vector,
    curvature: Curvature,
    given?: Vector,
  ): number;
  /** Of the row seen last: P(component), with the response and without. */
  readonly responsibility: Vector;
  readonly probability: Vector;
}

export function rowTerms({ family, offset }: VaryingProblem, layout: Layout): RowTerms {
  const { components: K, hasDispersion, gateFrom } = layout;
  const step = hasDispersion ? 2 : 1;
  const logDensity = new Float64Array(K);
  const logWeight = new Float64Array(K);
  const parts: RowParts = {
    probability: new Float64Array(K),
    responsibility: new Float64Array(K),
    experts: Array.from({ length: K }, () => new Float64Array(8)),
  };
  const { probability, responsibility, experts } = parts;
  const derivatives = rowDerivatives(layout, parts);
  const dispersionAt = (predictors: Vector, k: number): number =>
    hasDispersion ? predictors[k * step + 1]! : 0;

  /** The value, and what the row thinks of who made it. */
  function combine(i: number, predictors: Vector, given: Vector | undefined): number {
    const gate = softmax(predictors, gateFrom, probability, logWeight);
    let most = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < K; k++) {
      responsibility[k] = logWeight[k]! + logDensity[k]!;
      if (responsibility[k]! > most) most = responsibility[k]!;
    }
    if (given !== undefined) return expected(responsibility, given, i * K, gate);
    let sum = 0;
    for (let k = 0; k < K; k++) {
      responsibility[k] = fastExp(responsibility[k]! - most);
      sum += responsibility[k]!;
    }
    for (let k = 0; k < K; k++) responsibility[k] = responsibility[k]! / sum;
    return most + fastLog(sum / gate);
  }

  return {
    responsibility,
    probability,

    value(i, predictors, given) {
      for (let k = 0; k < K; k++) {
        const eta = predictors[k * step]! + offset[i]!;
        logDensity[k] = family.logDensity(i, eta, dispersionAt(predictors, k));
      }
      return combine(i, predictors, given);
    },

    differentiate(i, predictors, gradient, information, curvature, given) {
      for (let k = 0; k < K; k++) {
        const eta = predictors[k * step]! + offset[i]!;
        family.differentiate(i, eta, dispersionAt(predictors, k), experts[k]!);
        logDensity[k] = experts[k]![ROW.value]!;
      }
      const value = combine(i, predictors, given);
      derivatives(gradient, information, curvature === "observed" && given === undefined);
      return value;
    },
  };
}

/**
 * Probabilities from the logits from `first` on, that of the last component 0, and the logs of weights that they are in
 * proportion to; returns the sum of these weights.
 */
function softmax(logits: Vector, first: number, probability: Vector, log: Vector): number {
  const K = probability.length;
  let most = 0;
  for (let k = 0; k < K - 1; k++) if (logits[first + k]! > most) most = logits[first + k]!;
  let sum = 0;
  for (let k = 0; k < K; k++) {
    const relative = (k < K - 1 ? logits[first + k]! : 0) - most;
    log[k] = relative;
    probability[k] = fastExp(relative);
    sum += probability[k]!;
  }
  for (let k = 0; k < K; k++) probability[k] = probability[k]! / sum;
  return sum;
}

/** Σ r_k (joint[k] − log gate), the r of a row from `at` on; leaves them in `joint`. */
function expected(joint: Vector, given: Vector, at: number, gate: number): number {
  let [sum, total] = [0, 0];
  for (let k = 0; k < joint.length; k++) {
    const r = given[at + k]!;
    sum += r * joint[k]!;
    total += r;
    joint[k] = r;
  }
  return sum - total * fastLog(gate);
}
