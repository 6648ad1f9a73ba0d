import { UsageError } from "../../src/core/errors.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { logSumExp } from "../../src/math/log-sum-exp.ts";
import { type Matrix, row, type Vector } from "../../src/math/matrix.ts";
import {
  type ExpertAtom,
  expertArrays,
  type GatedMeasure,
  gatedArrays,
  type WeightedMeasure,
  weightArray,
} from "./measures.ts";

/** One component of a conditional density. */
export interface DensityExpert {
  /** log f(y | x). */
  logDensity(y: number, x: Vector): number;
  /** Where y lies given x and how far it spreads: quadrature is laid out by them. */
  centre(x: Vector): number;
  spread(x: Vector): number;
}

/** A density of y given covariates x, as a mixture; of counts, a mass function. */
export interface ConditionalDensity {
  readonly experts: readonly DensityExpert[];
  /** out[k] = log weight of component k at x; they sum to 1. */
  logWeights(x: Vector, out: Vector): void;
  readonly response?: "real" | "counts";
  /** Whether tails are heavier than normal ones: the whole line is then integrated over. */
  readonly heavyTails?: boolean;
}

const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);

function linear(coefficients: Vector, x: Vector): number {
  let total = coefficients[0]!;
  for (let c = 0; c < x.length; c++) total += coefficients[c + 1]! * x[c]!;
  return total;
}

/** A normal expert: mean intercept + slopes · x. */
export function normalExpert({ coefficients, sd }: Required<ExpertAtom>): DensityExpert {
  const beta = Float64Array.from(coefficients);
  const constant = -HALF_LOG_2PI - fastLog(sd);
  return {
    logDensity(y, x) {
      const z = (y - linear(beta, x)) / sd;
      return constant - 0.5 * z * z;
    },
    centre: (x) => linear(beta, x),
    spread: () => sd,
  };
}

function normalExperts(experts: readonly ExpertAtom[]): DensityExpert[] {
  expertArrays(experts);
  return experts.map(({ coefficients, sd }, k) => {
    if (sd === undefined) {
      throw new UsageError(
        `a normal expert must have an sd; expert ${k + 1} has none. ` +
          "Give the density of another family by its own `logDensity`",
      );
    }
    return normalExpert({ coefficients, sd });
  });
}

/** Log gate probabilities at x, given log masses and K × q slopes. */
function softmax(logMass: Vector, slopes: Matrix, x: Vector, out: Vector): void {
  for (let k = 0; k < out.length; k++) {
    const gate = row(slopes, k);
    out[k] = logMass[k]!;
    for (let c = 0; c < gate.length; c++) out[k]! += gate[c]! * x[c]!;
  }
  const total = logSumExp(out);
  for (let k = 0; k < out.length; k++) out[k]! -= total;
}

/** What a gate says of covariates: out[k] = log probability of component k at x. */
export function gateOf(measure: GatedMeasure): ConditionalDensity["logWeights"] {
  const { logMass, slopes } = gatedArrays(measure);
  return (x, out) => softmax(logMass, slopes, x, out);
}

/** The density of y given x of a softmax-gated mixture of normal experts; gate and experts have the same covariates. */
export function gatedDensity(measure: GatedMeasure): ConditionalDensity {
  const slopes = measure.gate[0]?.slopes.length ?? 0;
  const coefficients = measure.experts[0]?.coefficients.length ?? 0;
  if (coefficients !== slopes + 1) {
    throw new UsageError(
      "an expert must have an intercept and a slope for each of the gate's; " +
        `got ${coefficients} coefficients, and ${slopes} slopes in the gate. Fill up with zeros`,
    );
  }
  return { experts: normalExperts(measure.experts), logWeights: gateOf(measure) };
}

/** The density of y given x of a mixture of normal experts with constant weights. */
export function weightedDensity(measure: WeightedMeasure): ConditionalDensity {
  const logs = weightArray(measure).map(fastLog);
  return { experts: normalExperts(measure.experts), logWeights: (_, out) => out.set(logs) };
}

/** (1 − lambda) known + lambda fitted, 0 < lambda < 1. */
export function deviatedDensity(
  known: ConditionalDensity,
  lambda: number,
  fitted: ConditionalDensity,
): ConditionalDensity {
  const split = known.experts.length;
  const shares = [fastLog(1 - lambda), fastLog(lambda)] as const;
  return {
    experts: [...known.experts, ...fitted.experts],
    ...(known.response ? { response: known.response } : {}),
    heavyTails: (known.heavyTails ?? false) || (fitted.heavyTails ?? false),
    logWeights(x, out) {
      known.logWeights(x, out.subarray(0, split));
      fitted.logWeights(x, out.subarray(split));
      for (let k = 0; k < out.length; k++) out[k]! += shares[k < split ? 0 : 1];
    },
  };
}

/** y → log p(y | x) at a fixed x. */
export function at({ experts, logWeights }: ConditionalDensity, x: Vector): (y: number) => number {
  const weights = new Float64Array(experts.length);
  logWeights(x, weights);
  const terms = new Float64Array(experts.length);
  return (y) => {
    for (let k = 0; k < terms.length; k++) {
      const log = weights[k]!;
      terms[k] = log === Number.NEGATIVE_INFINITY ? log : log + experts[k]!.logDensity(y, x);
    }
    return logSumExp(terms);
  };
}

/** e^x − 1, also where x is tiny: the quotient undoes the rounding of e^x. Source: [goldberg1991] Theorem 4. */
export function expm1(x: number): number {
  const e = fastExp(x);
  if (e === 1) return x;
  const below = e - 1;
  return Math.abs(x) < 0.5 ? (below * x) / fastLog(e) : below;
}
