import { ModelError } from "../src/core/errors.ts";
import { firstRows } from "../src/core/mixture.ts";
import type { State, Target } from "../src/core/target.ts";
import { fastExp } from "../src/math/exp.ts";
import { logSumExp } from "../src/math/log-sum-exp.ts";
import { type Matrix, matrix, row, type Vector } from "../src/math/matrix.ts";
import { mean } from "../src/math/moments.ts";
import {
  type ExpertCoordinate,
  fromLocal,
  onlyIntercept,
  partsOf,
  scalingOf,
  toLocal,
} from "./local-coordinates.ts";

/**
 * The components of one draw as weighted atoms, in coordinates in which covariates have mean 0 and
 * sd 1. Labels carry no meaning.
 */
export interface MixingMeasure {
  /** Length K, sum 1: probability of each atom, averaged over rows. */
  readonly weight: Vector;
  /**
   * K × q: log weight at the mean of the covariates in the place of the intercept; slopes per sd.
   */
  readonly gate: Matrix;
  /**
   * K × d: a linear predictor has its value at the mean of the covariates in the place of the
   * intercept and slopes per sd; an sd is squared; anything else is in unconstrained coordinates.
   */
  readonly expert: Matrix;
  /** Residual sd: root of the variance of y given x and component, averaged over both. */
  readonly scale: number;
}

/** What states and mixing measures of a target have to do with each other. */
export interface MeasureSpace {
  readonly n: number;
  readonly coordinates: readonly ExpertCoordinate[];
  /** Where in a gate row the intercept stands. */
  readonly gateLevel: number;
  measure(state: State): MixingMeasure;
  /** The parameters of a measure's atoms; z is unset. */
  state(measure: MixingMeasure): State;
  /** The measure with the residual sd of its own atoms. */
  rescaled(measure: MixingMeasure): MixingMeasure;
}

/**
 * Measures of a target. Throws a ModelError where the gate has no intercept: the sum of two
 * components' weights is then no weight of a component.
 */
export function measureSpace(target: Target): MeasureSpace {
  const { n, expert, gate } = target;
  const gateScaling = scalingOf(
    gate.design ?? { terms: gate.terms, X: onlyIntercept(n, gate.terms) },
  );
  if (gateScaling.constant < 0) {
    throw new ModelError(
      `merging components needs a gate with an intercept; its terms are ${gate.terms.join(", ")}. ` +
        "Leave `0 +` out of the gate's formula",
    );
  }
  const parts = partsOf(expert.layout, expert.design, gateScaling);
  const logProbability = matrix(target.capacity, n);
  const scratch = new Float64Array(n);
  const size = { d: expert.dimension, q: gate.dimension };

  function residualSd(theta: Matrix, weight: Vector): number {
    let total = 0;
    for (let k = 0; k < theta.rows; k++) {
      expert.variance(row(theta, k), scratch);
      if (weight[k]! > 0) total += weight[k]! * mean(scratch);
    }
    return Math.sqrt(total);
  }

  function stateOf(measure: MixingMeasure): State {
    const K = measure.weight.length;
    const out = { theta: matrix(K, size.d), gamma: matrix(K, size.q), z: new Int32Array(n) };
    for (let k = 0; k < K; k++) {
      fromLocal(gateScaling, row(measure.gate, k), row(out.gamma, k));
      for (const part of parts) part.fromLocal(row(measure.expert, k), row(out.theta, k));
    }
    return out;
  }

  return {
    n,
    coordinates: parts.flatMap(({ coordinates }) => coordinates),
    gateLevel: gateScaling.constant,
    measure({ theta, gamma }) {
      const weight = meanProbabilities(gate.logProbability, gamma, logProbability);
      const local = { gate: matrix(gamma.rows, size.q), expert: matrix(gamma.rows, size.d) };
      for (let k = 0; k < gamma.rows; k++) {
        toLocal(gateScaling, row(gamma, k), row(local.gate, k));
        for (const part of parts) part.toLocal(row(theta, k), row(local.expert, k));
      }
      return { weight, ...local, scale: residualSd(theta, weight) };
    },
    state: stateOf,
    rescaled: (measure) => ({
      ...measure,
      scale: residualSd(stateOf(measure).theta, measure.weight),
    }),
  };
}

/** Probability of each component, averaged over rows. */
function meanProbabilities(
  logProbability: Target["gate"]["logProbability"],
  gamma: Matrix,
  scratch: Matrix,
): Vector {
  const logs = firstRows(scratch, gamma.rows);
  logProbability(gamma, logs);
  return Float64Array.from({ length: gamma.rows }, (_, k) =>
    row(logs, k).reduce((sum, log) => sum + fastExp(log) / logs.columns, 0),
  );
}

/**
 * One atom for each group of atoms, their weights added. Within a group, by shares e^level at the
 * centre: slopes and levels are averaged, a slope of a predictor gains the covariance of its level
 * with the gate's slope of that covariate, and a variance that of the mean's level. These are the
 * moments that decide the density to second order, since for a normal density ∂²/∂(gate
 * slope)∂(level) = ∂/∂(slope) and ∂²/∂level² = 2 ∂/∂variance; derived for this package.
 */
export function mergeAtoms(
  { coordinates, gateLevel }: Pick<MeasureSpace, "coordinates" | "gateLevel">,
  measure: MixingMeasure,
  groups: readonly (readonly number[])[],
): MixingMeasure {
  const { weight, gate, expert, scale } = measure;
  const out = {
    weight: Float64Array.from(groups, (group) => group.reduce((sum, k) => sum + weight[k]!, 0)),
    gate: matrix(groups.length, gate.columns),
    expert: matrix(groups.length, expert.columns),
    scale,
  };
  groups.forEach((group, at) => {
    const levels = Float64Array.from(group, (k) => row(gate, k)[gateLevel]!);
    const total = logSumExp(levels);
    const share = levels.map((level) => fastExp(level - total));
    average(gate, group, share, row(out.gate, at));
    row(out.gate, at)[gateLevel] = total;
    average(expert, group, share, row(out.expert, at));
    addSpread(coordinates, measure, group, share, row(out.expert, at));
  });
  return out;
}

function average(m: Matrix, group: readonly number[], share: Vector, out: Vector): void {
  group.forEach((k, s) => {
    for (let j = 0; j < out.length; j++) out[j] = out[j]! + share[s]! * row(m, k)[j]!;
  });
}

/** Adds to slopes and variances what the spread of the levels amounts to. */
function addSpread(
  coordinates: readonly ExpertCoordinate[],
  { gate, expert }: MixingMeasure,
  group: readonly number[],
  share: Vector,
  out: Vector,
): void {
  const covariance = (a: (k: number) => number, b: (k: number) => number): number => {
    const centre = group.reduce((sum, k, s) => sum + share[s]! * b(k), 0);
    return group.reduce((sum, k, s) => sum + share[s]! * a(k) * (b(k) - centre), 0);
  };
  const entry = (j: number) => (k: number) => row(expert, k)[j]!;
  const meanLevel = coordinates.findIndex(({ kind, unit }) => kind === "level" && unit === 1);
  const meanAt = meanLevel < 0 ? () => 0 : entry(meanLevel);
  coordinates.forEach(({ kind, level, gate: gateSlope }, j) => {
    if (kind === "variance") out[j] = out[j]! + covariance(meanAt, meanAt);
    if (kind !== "slope" || level < 0 || gateSlope < 0) return;
    out[j] = out[j]! + covariance((k) => row(gate, k)[gateSlope]!, entry(level));
  });
}
