import { marginalGradient } from "../src/core/marginal-gradient.ts";
import type { State, Target } from "../src/core/target.ts";
import { fromUnconstrained, toUnconstrained, transformsOf } from "../src/core/transform.ts";
import { type Matrix, matrix, row, type Vector } from "../src/math/matrix.ts";

/** A posterior with its allocations summed out, as a density on a Euclidean space. */
export interface Coordinates {
  readonly dimension: number;
  /**
   * Log of likelihood times prior at the point, as a density of it; writes the gradient. Never
   * normalised.
   */
  logDensity(point: Vector, gradient: Vector): number;
  fromState(state: State, point: Vector): void;
  /** The parameters at the point; z is not set. Reused from call to call. */
  toState(point: Vector): State;
}

/**
 * Coordinates of K components: their unconstrained experts, then the free rows of the gate. Where
 * every row is free these are rotated, column by column, into √K times their mean and K − 1
 * orthonormal contrasts: the likelihood of a softmax does not depend on the mean, and under a
 * normal prior it is then independent of all else.
 */
export function coordinatesOf(target: Target, K: number): Coordinates {
  const { expert, gate, n } = target;
  const { dimension: d } = expert;
  const { dimension: q } = gate;
  const free = K - gate.fixedRows;
  const maps = transformsOf(expert.layout);
  const gradient = marginalGradient(target, 1);
  const rotation = gate.fixedRows === 0 ? contrasts(K) : undefined;
  const current = { theta: matrix(K, d), gamma: matrix(K, q), z: new Int32Array(n) };
  const outTheta = matrix(K, d);
  const outGamma = matrix(K, q);

  function toState(point: Vector): State {
    for (let k = 0; k < K; k++) {
      fromUnconstrained(maps, point.subarray(k * d, (k + 1) * d), row(current.theta, k));
    }
    const rows = point.subarray(K * d);
    if (rotation === undefined) current.gamma.data.set(rows);
    else rotateBack(rotation, rows, current.gamma);
    return current;
  }

  function setRows(gamma: Matrix, rows: Vector): void {
    if (rotation === undefined) rows.set(gamma.data.subarray(0, free * q));
    else rotate(rotation, gamma, rows);
  }

  return {
    dimension: K * d + free * q,
    toState,
    logDensity(point, out) {
      const value = gradient(toState(point), outTheta, outGamma);
      out.set(outTheta.data);
      setRows(outGamma, out.subarray(K * d));
      return value;
    },
    fromState({ theta, gamma }, point) {
      for (let k = 0; k < K; k++) {
        toUnconstrained(maps, row(theta, k), point.subarray(k * d, (k + 1) * d));
      }
      setRows(gamma, point.subarray(K * d));
    },
  };
}

/** An orthogonal K × K matrix whose first row is constant. Source: [helmert1876]. */
export function contrasts(K: number): Matrix {
  const out = matrix(K, K);
  row(out, 0).fill(1 / Math.sqrt(K));
  for (let m = 1; m < K; m++) {
    const scale = 1 / Math.sqrt(m * (m + 1));
    row(out, m).fill(scale, 0, m);
    out.data[m * K + m] = -m * scale;
  }
  return out;
}

/** out (K × q) = rotation · gamma. */
function rotate(rotation: Matrix, { columns: q, data }: Matrix, out: Vector): void {
  const K = rotation.rows;
  out.fill(0);
  for (let m = 0; m < K; m++) {
    for (let k = 0; k < K; k++) {
      const weight = rotation.data[m * K + k]!;
      for (let j = 0; j < q; j++) out[m * q + j] = out[m * q + j]! + weight * data[k * q + j]!;
    }
  }
}

/** gamma = rotation' · rows (K × q). */
function rotateBack(rotation: Matrix, rows: Vector, gamma: Matrix): void {
  const { rows: K, columns: q, data } = gamma;
  data.fill(0);
  for (let m = 0; m < K; m++) {
    for (let k = 0; k < K; k++) {
      const weight = rotation.data[m * K + k]!;
      for (let j = 0; j < q; j++) data[k * q + j] = data[k * q + j]! + weight * rows[m * q + j]!;
    }
  }
}
