import { numericDesign, numericScore } from "../../src/core/marginal-gradient.ts";
import type { State, Target } from "../../src/core/target.ts";
import { fromUnconstrained, toUnconstrained, transformsOf } from "../../src/core/transform.ts";
import { fastExp } from "../../src/math/exp.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";
import { isAtFloor, type ParameterPlan } from "./parameter-plan.ts";
import { scaleIndex } from "./scale-index.ts";

const STEP = 1e-5;

/**
 * The largest absolute derivative of Σ responsibility · log(probability · density) plus the weighted
 * log prior, in the free coordinates; theta in unconstrained coordinates. At responsibilities that
 * belong to the state it is that of the likelihood with allocations summed out. An sd at its floor
 * counts only where it wants to rise. Priors are densities of theta itself, as in the M step.
 */
export function gradientNormOf(
  target: Target,
  plan: ParameterPlan,
  priorWeight: number,
  sdFloor: number,
): (state: State, responsibility: Matrix) => number {
  const experts = expertGradient(target, priorWeight);
  const gates = gateGradient(target, priorWeight);
  const sdAt = scaleIndex(target);
  const d = target.expert.dimension;
  const free = new Float64Array(plan.size);
  /** A floored sd may only rise. */
  function holdAtFloor({ rows, data }: Matrix): void {
    for (let k = 0; k < rows; k++) {
      const at = k * d + sdAt;
      const slot = plan.slot[at]!;
      if (slot >= 0 && isAtFloor(data[at]!, sdFloor)) free[slot] = Math.max(0, free[slot]!);
    }
  }

  return ({ theta, gamma }, responsibility) => {
    free.fill(0);
    for (let k = 0; k < theta.rows; k++) {
      const of = experts(row(theta, k), row(responsibility, k));
      for (let j = 0; j < d; j++) {
        const slot = plan.slot[k * d + j]!;
        if (slot >= 0) free[slot] = free[slot]! + of[j]!;
      }
    }
    if (sdAt >= 0) holdAtFloor(theta);
    return Math.max(largest(free), gates(gamma, responsibility));
  };
}

const largest = (values: Vector): number =>
  values.reduce((most, g) => Math.max(most, Math.abs(g)), 0);

/** The derivatives of one expert's share: a view that the next call rewrites. */
function expertGradient({ expert, n }: Target, priorWeight: number) {
  const maps = transformsOf(expert.layout);
  const score = expert.score ?? numericScore(expert, maps, n);
  const scores = matrix(n, expert.dimension);
  const point = new Float64Array(expert.dimension);
  const moved = new Float64Array(expert.dimension);
  const out = new Float64Array(expert.dimension);
  const prior = (): number => {
    fromUnconstrained(maps, point, moved);
    return expert.logPrior(moved);
  };
  return (theta: Vector, weight: Vector): Vector => {
    score(theta, scores);
    addScores(scores, weight, out.fill(0));
    if (priorWeight > 0) {
      toUnconstrained(maps, theta, point);
      addDifferences(prior, point, priorWeight, out);
    }
    return out;
  };
}

/** The largest derivative of the gate's share. */
function gateGradient({ gate, n, capacity }: Target, priorWeight: number) {
  const log = matrix(capacity, n);
  const W = gate.design === undefined ? numericDesign(gate, n) : () => gate.design!.X;
  const residual = new Float64Array(n);
  const out = new Float64Array(gate.dimension);
  const point = new Float64Array(gate.dimension);
  return (gamma: Matrix, { data }: Matrix): number => {
    const K = gamma.rows;
    gate.logProbability(gamma, matrix(K, n, log.data.subarray(0, K * n)));
    let most = 0;
    for (let k = 0; k < K - gate.fixedRows; k++) {
      for (let i = 0; i < n; i++) {
        let total = 0;
        for (let l = 0; l < K; l++) total += data[l * n + i]!;
        residual[i] = data[k * n + i]! - total * fastExp(log.data[k * n + i]!);
      }
      addScores(W(row(gamma, k)), residual, out.fill(0));
      point.set(row(gamma, k));
      if (priorWeight > 0) addDifferences(() => gate.logPrior(point), point, priorWeight, out);
      most = Math.max(most, largest(out));
    }
    return most;
  };
}

/** out += Σ_i weight[i] · row i of m; rows of weight 0 are left out. */
export function addScores({ rows, columns, data }: Matrix, weight: Vector, out: Vector): void {
  for (let i = 0; i < rows; i++) {
    const w = weight[i]!;
    if (w === 0) continue;
    for (let j = 0; j < columns; j++) out[j] = out[j]! + w * data[i * columns + j]!;
  }
}

/** out += weight times the gradient of f at the point, which f reads. */
function addDifferences(f: () => number, point: Vector, weight: number, out: Vector): void {
  for (let j = 0; j < point.length; j++) {
    const at = point[j]!;
    point[j] = at + STEP;
    const above = f();
    point[j] = at - STEP;
    out[j] = out[j]! + (weight * (above - f())) / (2 * STEP);
    point[j] = at;
  }
}
