import { fastExp, fastLog } from "../math/exp.ts";
import { type Matrix, matrix, row, type Vector } from "../math/matrix.ts";
import type { Expert } from "./expert.ts";
import type { Gate } from "./gate.ts";
import {
  firstRows,
  logJoint,
  mixtureScratch,
  sumOutAllocation,
  toResponsibilities,
} from "./mixture.ts";
import type { State, Target } from "./target.ts";
import {
  fromUnconstrained,
  logJacobian,
  type Transform,
  toUnconstrained,
  transformsOf,
} from "./transform.ts";

/** Step of central differences, relative to 1 or the size of the number: error about 1e-10. */
const STEP = 6e-6;

/**
 * Writes the gradients of the value it returns. outTheta: K × d, with respect to the unconstrained
 * coordinates of theta; outGamma: K × q, zero for a row that the gate holds at zero.
 */
export type MarginalGradient = (
  state: State,
  outTheta: Matrix,
  outGamma: Matrix,
  /** One number, by logit λ, where the mixture deviates from a known density. */
  outShare?: Vector,
) => number;

/**
 * Takes the scores of one component's coordinates: of row i, weight[i] times row i of `factor`. The
 * arrays are views that the next call rewrites.
 */
export type TakeScores = (
  part: "theta" | "gamma" | "share",
  component: number,
  factor: Matrix,
  weight: Vector,
) => void;

/**
 * A function that hands over the scores of every component (derivatives, row by row, of the log
 * likelihood with allocations summed out) and returns the log-likelihood. Unconstrained coordinates
 * of theta; no call for a row of gamma that the gate holds at zero. Analytic where experts have a
 * `score` and the gate a `design`, by central differences elsewhere. Owns its scratch,
 * capacity × (n + d).
 */
export function marginalScores(target: Target): (state: State, take: TakeScores) => number {
  const { n, expert, gate } = target;
  const scratch = mixtureScratch(target);
  const probability = matrix(target.capacity, n);
  const score = expert.score ?? numericScore(expert, transformsOf(expert.layout), n);
  const scores = matrix(n, expert.dimension);
  const ofMixture = new Float64Array(n);
  const ones = matrix(n, 1, new Float64Array(target.deviation === undefined ? 0 : n).fill(1));
  const W = gate.design === undefined ? numericDesign(gate, n) : () => gate.design!.X;

  return (state, take) => {
    const joint = logJoint(target, state, scratch);
    const value = sumOutAllocation(joint, scratch);
    const logs = firstRows(probability, state.theta.rows);
    gate.logProbability(state.gamma, logs);
    const r = toResponsibilities(joint, scratch);
    const K = state.theta.rows;
    probabilityOfMixture(r, K, ofMixture);
    for (let k = 0; k < K; k++) {
      score(row(state.theta, k), scores);
      take("theta", k, scores, row(r, k));
      if (k >= K - gate.fixedRows) continue;
      toResiduals(row(logs, k), row(r, k), ofMixture);
      take("gamma", k, W(row(state.gamma, k)), row(logs, k));
    }
    if (state.deviation !== undefined) {
      const lambda = state.deviation.lambda[0]!;
      for (let i = 0; i < n; i++) ofMixture[i] = ofMixture[i]! - lambda;
      take("share", 0, ones, ofMixture);
    }
    return value;
  };
}

/** out[i] = 1, or less the responsibility of the known density, row K of r, where there is one. */
function probabilityOfMixture({ rows, columns: n, data }: Matrix, K: number, out: Vector): void {
  out.fill(1);
  if (rows > K) for (let i = 0; i < n; i++) out[i] = 1 - data[K * n + i]!;
}

/** From log gate probabilities to responsibilities less probability times `share`, in place. */
function toResiduals(log: Vector, responsibility: Vector, share: Vector): void {
  for (let i = 0; i < log.length; i++) {
    log[i] = responsibility[i]! - share[i]! * fastExp(log[i]!);
  }
}

/**
 * Log-likelihood with allocations summed out, plus priorWeight times the log prior density of the
 * unconstrained coordinates (0: likelihood, 1: posterior; K counts for nothing). Priors are
 * differentiated by central differences. `scores` may be shared, and its scratch with it.
 */
export function marginalGradient(
  target: Target,
  priorWeight: number,
  scores = marginalScores(target),
): MarginalGradient {
  const priors = priorGradients(target, transformsOf(target.expert.layout));
  return (state, outTheta, outGamma, outShare = new Float64Array(1)) => {
    const outs = { theta: outTheta, gamma: outGamma, share: matrix(1, 1, outShare) };
    for (const { data } of Object.values(outs)) data.fill(0);
    const value = scores(state, (part, k, factor, weight) =>
      addProducts(factor, weight, row(outs[part], k)),
    );
    if (priorWeight === 0) return value;
    return (
      value +
      priors(state, priorWeight, outTheta, outGamma) +
      addSharePrior(target, state, priorWeight, outShare)
    );
  };
}

/** Adds what the prior of λ says of logit λ, times priorWeight; returns its log density there, times the same. */
function addSharePrior(
  { deviation }: Target,
  state: State,
  priorWeight: number,
  out: Vector,
): number {
  if (deviation === undefined) return 0;
  const lambda = state.deviation!.lambda[0]!;
  out[0] = out[0]! + priorWeight * (deviation.a - (deviation.a + deviation.b) * lambda);
  return priorWeight * (deviation.logPrior(lambda) + fastLog(lambda) + fastLog(1 - lambda));
}

/** out += Σ_i weight[i] · row i of m. */
function addProducts({ rows, columns, data }: Matrix, weight: Vector, out: Vector): void {
  for (let i = 0, at = 0; i < rows; i++) {
    const w = weight[i]!;
    for (let j = 0; j < columns; j++, at++) out[j] = out[j]! + w * data[at]!;
  }
}

/** Adds priorWeight times the gradients of the log priors; returns priorWeight times their sum. */
function priorGradients({ expert, gate }: Target, maps: readonly Transform[]) {
  const point = new Float64Array(expert.dimension);
  const theta = new Float64Array(expert.dimension);
  const gateRow = new Float64Array(gate.dimension);
  const ofPoint = (): number => {
    fromUnconstrained(maps, point, theta);
    return expert.logPrior(theta) + logJacobian(maps, point);
  };
  const ofRow = (): number => gate.logPrior(gateRow);

  return (state: State, priorWeight: number, outTheta: Matrix, outGamma: Matrix): number => {
    let total = 0;
    for (let k = 0; k < state.theta.rows; k++) {
      toUnconstrained(maps, row(state.theta, k), point);
      total += priorWeight * addDifferences(ofPoint, point, priorWeight, row(outTheta, k));
      if (k >= state.theta.rows - gate.fixedRows) continue;
      gateRow.set(row(state.gamma, k));
      total += priorWeight * addDifferences(ofRow, gateRow, priorWeight, row(outGamma, k));
    }
    return total;
  };
}

/** out += weight times the gradient of f at the point, which f reads; returns f there. */
function addDifferences(f: () => number, point: Vector, weight: number, out: Vector): number {
  for (let j = 0; j < point.length; j++) {
    const at = point[j]!;
    const step = stepAt(at);
    point[j] = at + step;
    const above = f();
    point[j] = at - step;
    out[j] = out[j]! + (weight * (above - f())) / (2 * step);
    point[j] = at;
  }
  return f();
}

const stepAt = (x: number): number => STEP * Math.max(1, Math.abs(x));

/** Scores by central differences: for a family that has none of its own. */
export function numericScore(expert: Expert, maps: readonly Transform[], n: number) {
  const theta = new Float64Array(expert.dimension);
  const differentiate = columnDifferences(n, (point, out) => {
    fromUnconstrained(maps, point, theta);
    expert.logDensity(theta, out);
  });
  const point = new Float64Array(expert.dimension);
  return (at: Vector, out: Matrix): void => {
    toUnconstrained(maps, at, point);
    differentiate(point, out);
  };
}

/** Derivatives of the log weights by central differences: for a gate that shows no design. */
export function numericDesign(gate: Gate, n: number) {
  const differentiate = columnDifferences(n, gate.logWeight);
  const point = new Float64Array(gate.dimension);
  const out = matrix(n, gate.dimension);
  return (at: Vector): Matrix => {
    point.set(at);
    differentiate(point, out);
    return out;
  };
}

/** A function that writes ∂ f_i / ∂ point_j, n × d; the point is as it was afterwards. */
function columnDifferences(n: number, f: (point: Vector, out: Vector) => void) {
  const above = new Float64Array(n);
  const below = new Float64Array(n);
  return (point: Vector, out: Matrix): void => {
    for (let j = 0; j < point.length; j++) {
      const at = point[j]!;
      const step = stepAt(at);
      point[j] = at + step;
      f(point, above);
      point[j] = at - step;
      f(point, below);
      point[j] = at;
      for (let i = 0; i < n; i++) {
        out.data[i * out.columns + j] = (above[i]! - below[i]!) / (2 * step);
      }
    }
  };
}
