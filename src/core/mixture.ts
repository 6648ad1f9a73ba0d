import {
  columnLogSumExp,
  columnSums,
  exponentiateColumns,
  invertAndSumLogs,
} from "../math/columns.ts";
import { fastExp, fastLog } from "../math/exp.ts";
import { type Matrix, matrix, row, type Vector } from "../math/matrix.ts";
import type { Members } from "./data.ts";
import type { GateWeights } from "./gate.ts";
import type { Deviation, State, Target } from "./target.ts";

/** Scratch for mixture quantities of up to `capacity` components at n rows. */
export interface MixtureScratch {
  /** capacity × n, with one row more where there is a known density. */
  readonly logJoint: Matrix;
  /** Length n. */
  readonly logDensity: Vector;
  readonly logSumExp: (m: Matrix, out: Vector) => void;
}

export function mixtureScratch(target: Target): MixtureScratch {
  return {
    logJoint: matrix(target.capacity + (target.deviation === undefined ? 0 : 1), target.n),
    logDensity: new Float64Array(target.n),
    logSumExp: columnLogSumExp(target.n),
  };
}

/** The first `rows` rows of m, as a view. */
export function firstRows(m: Matrix, rows: number): Matrix {
  return rows === m.rows ? m : matrix(rows, m.columns, m.data.subarray(0, rows * m.columns));
}

/**
 * Log of gate probability times expert density, K × n: entry (k, i) for component k and row i. Where the mixture
 * deviates from a known density: those times its share λ, and one row more, log of (1 − λ) times the known density.
 * Written into scratch.
 */
export function logJoint(target: Target, state: State, scratch: MixtureScratch): Matrix {
  const out = logJointOfExperts(target, state, scratch);
  return target.deviation === undefined ? out : withKnown(target.deviation, state, scratch);
}

/** Adds log λ to the rows of the components, and the row of the known density. */
function withKnown({ known }: Deviation, state: State, scratch: MixtureScratch): Matrix {
  const K = state.theta.rows;
  const n = scratch.logJoint.columns;
  const [lambda = Number.NaN] = state.deviation?.lambda ?? [];
  const { data } = scratch.logJoint;
  const [ofMixture, ofKnown] = [fastLog(lambda), fastLog(1 - lambda)];
  for (let at = 0; at < K * n; at++) data[at] = data[at]! + ofMixture;
  const last = row(scratch.logJoint, K);
  known.logDensity(last);
  for (let i = 0; i < n; i++) last[i] = last[i]! + ofKnown;
  return firstRows(scratch.logJoint, K + 1);
}

function logJointOfExperts(target: Target, state: State, scratch: MixtureScratch): Matrix {
  const out = firstRows(scratch.logJoint, state.theta.rows);
  target.gate.logProbability(state.gamma, out);
  for (let k = 0; k < out.rows; k++) {
    target.expert.logDensity(row(state.theta, k), scratch.logDensity);
    const of = row(out, k);
    for (let i = 0; i < target.n; i++) of[i] = of[i]! + scratch.logDensity[i]!;
  }
  return out;
}

/** Gate weights with what is recorded of them. */
export interface GateSummary extends GateWeights {
  /** Length n: 1 / the sum of the weights of a row. */
  readonly inverseSum: Vector;
  /** Mean over rows of the probability of each component. */
  readonly mean: Vector;
  /** Mean over rows, in nats. */
  readonly entropy: number;
}

/** A function that summarises the gate of a state of the target, owning its scratch; the next summary rewrites it. */
export function gateSummary(target: Target): (gamma: Matrix) => GateSummary {
  const { n, capacity } = target;
  const weights = gateWeights(target);
  const sum = new Float64Array(n);
  const mean = new Float64Array(capacity);
  const total = { probability: 0, logWeight: 0 };
  return (gamma) => {
    const { weight, log } = weights(gamma);
    columnSums(weight, sum);
    let entropy = invertAndSumLogs(sum);
    for (let k = 0; k < gamma.rows; k++) {
      addProbabilities(weight.data, log.data, k * n, sum, total);
      mean[k] = total.probability / n;
      entropy -= total.logWeight;
    }
    return { weight, log, inverseSum: sum, mean, entropy: entropy / n };
  };
}

/** The gate's own weights, or its probabilities where it keeps no weights. */
function gateWeights({ n, capacity, gate }: Target): (gamma: Matrix) => GateWeights {
  if (gate.weights !== undefined) return gate.weights;
  const all = { weight: matrix(capacity, n), log: matrix(capacity, n) };
  return (gamma) => {
    const log = firstRows(all.log, gamma.rows);
    const weight = firstRows(all.weight, gamma.rows);
    gate.logProbability(gamma, log);
    for (let at = 0; at < gamma.rows * n; at++) weight.data[at] = fastExp(log.data[at]!);
    return { weight, log };
  };
}

/** Sets `total` to Σ p and Σ p · log weight of the component whose weights begin at `start`, p its probabilities. */
function addProbabilities(
  weight: Vector,
  log: Vector,
  start: number,
  inverseSum: Vector,
  total: { probability: number; logWeight: number },
): void {
  let probabilities = 0;
  let logWeights = 0;
  for (let i = 0, at = start; i < inverseSum.length; i++, at++) {
    const probability = weight[at]! * inverseSum[i]!;
    probabilities += probability;
    if (probability > 0) logWeights += probability * log[at]!;
  }
  total.probability = probabilities;
  total.logWeight = logWeights;
}

/** scratch.logDensity[i] = log-likelihood of row i with its allocation summed out. Returns the total. */
export function sumOutAllocation(joint: Matrix, scratch: MixtureScratch): number {
  scratch.logSumExp(joint, scratch.logDensity);
  let total = 0;
  for (let i = 0; i < joint.columns; i++) total += scratch.logDensity[i]!;
  return total;
}

/** Σ_i log g(y_i | x_i): the log-likelihood of the known density alone. */
export function knownLogLikelihood({ n, deviation }: Target): number {
  const logDensity = new Float64Array(n);
  deviation!.known.logDensity(logDensity);
  return logDensity.reduce((sum, log) => sum + log, 0);
}

/** Replaces the log joint by responsibilities (each column sums to 1), in place. */
export function toResponsibilities(joint: Matrix, scratch: MixtureScratch): Matrix {
  scratch.logSumExp(joint, scratch.logDensity);
  exponentiateColumns(joint, scratch.logDensity);
  return joint;
}

/** out[i] = the component of the largest responsibility of row i, the first of several. responsibility: K × n. */
export function writeMostProbable(responsibility: Matrix, out: Int32Array): void {
  const { rows: K, columns: n, data } = responsibility;
  for (let i = 0; i < n; i++) {
    let best = 0;
    for (let k = 1; k < K; k++) if (data[k * n + i]! > data[best * n + i]!) best = k;
    out[i] = best;
  }
}

/** Sorts rows by their component, with scratch that is reused: `of(k)` is valid until the next `sort`. */
export function memberships(n: number) {
  const rows = new Int32Array(n);
  const weight = new Float64Array(n).fill(1);
  let start = new Int32Array(1);
  return {
    sort(z: Int32Array, K: number): void {
      if (start.length !== K + 2) start = new Int32Array(K + 2);
      start.fill(0);
      for (let i = 0; i < n; i++) start[z[i]! + 2] = start[z[i]! + 2]! + 1;
      for (let k = 2; k <= K + 1; k++) start[k] = start[k]! + start[k - 1]!;
      for (let i = 0; i < n; i++) {
        const next = start[z[i]! + 1]!;
        rows[next] = i;
        start[z[i]! + 1] = next + 1;
      }
    },
    of(k: number): Members {
      const from = start[k]!;
      const to = start[k + 1]!;
      return { rows: rows.subarray(from, to), weight: weight.subarray(from, to) };
    },
  };
}
