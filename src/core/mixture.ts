import { columnLogSumExp, columnNormalizer, exponentiateColumns } from "../math/columns.ts";
import { type Matrix, matrix, row, type Vector } from "../math/matrix.ts";
import type { Members } from "./data.ts";
import type { State, Target } from "./target.ts";

/** Scratch for mixture quantities of up to `capacity` components at n rows. */
export interface MixtureScratch {
  /** capacity × n. */
  readonly logJoint: Matrix;
  /** Length n. */
  readonly logDensity: Vector;
  readonly logSumExp: (m: Matrix, out: Vector) => void;
}

export function mixtureScratch(target: Target): MixtureScratch {
  return {
    logJoint: matrix(target.capacity, target.n),
    logDensity: new Float64Array(target.n),
    logSumExp: columnLogSumExp(target.n),
  };
}

/** The first `rows` rows of m, as a view. */
export function firstRows(m: Matrix, rows: number): Matrix {
  return rows === m.rows ? m : matrix(rows, m.columns, m.data.subarray(0, rows * m.columns));
}

/** Log of gate probability times expert density, K × n: entry (k, i) for component k and row i. Written into scratch. */
export function logJoint(target: Target, state: State, scratch: MixtureScratch): Matrix {
  const out = firstRows(scratch.logJoint, state.theta.rows);
  target.gate.logProbability(state.gamma, out);
  return addLogDensities(target, state, out, scratch);
}

/** Adds the experts' log densities to log gate probabilities (K × n), in place. */
export function addLogDensities(
  target: Target,
  state: State,
  joint: Matrix,
  scratch: MixtureScratch,
): Matrix {
  for (let k = 0; k < joint.rows; k++) {
    target.expert.logDensity(row(state.theta, k), scratch.logDensity);
    const of = row(joint, k);
    for (let i = 0; i < target.n; i++) of[i] = of[i]! + scratch.logDensity[i]!;
  }
  return joint;
}

/** Log gate probabilities with what is recorded of them. */
export interface GateSummary {
  /** K × n; the next summary rewrites it. */
  readonly logProbability: Matrix;
  /** Mean over rows of the probability of each component. */
  readonly weight: Vector;
  /** Mean over rows, in nats. */
  readonly entropy: number;
}

/** A function that summarises the gate of a state of the target, owning its scratch. */
export function gateSummary({ n, capacity, gate }: Target): (gamma: Matrix) => GateSummary {
  const all = matrix(capacity, n);
  const weight = new Float64Array(capacity);
  const normalize = columnNormalizer(n, capacity);
  return (gamma) => {
    const logProbability = firstRows(all, gamma.rows);
    if (gate.logWeights === undefined) gate.logProbability(gamma, logProbability);
    else gate.logWeights(gamma, logProbability);
    return { logProbability, weight, entropy: normalize(logProbability, weight) };
  };
}

/** scratch.logDensity[i] = log-likelihood of row i with its allocation summed out. Returns the total. */
export function sumOutAllocation(joint: Matrix, scratch: MixtureScratch): number {
  scratch.logSumExp(joint, scratch.logDensity);
  let total = 0;
  for (let i = 0; i < joint.columns; i++) total += scratch.logDensity[i]!;
  return total;
}

/** Replaces the log joint by responsibilities (each column sums to 1), in place. */
export function toResponsibilities(joint: Matrix, scratch: MixtureScratch): Matrix {
  scratch.logSumExp(joint, scratch.logDensity);
  exponentiateColumns(joint, scratch.logDensity);
  return joint;
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
