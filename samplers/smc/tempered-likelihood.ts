import { firstRows } from "../../src/core/mixture.ts";
import type { State, Target } from "../../src/core/target.ts";
import {
  columnMaxima,
  columnSums,
  exponentiateColumns,
  sumOfLogs,
} from "../../src/math/columns.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";
import { type Rng, uniform } from "../../src/math/rng.ts";

/**
 * Σ_i log Σ_k w_k(x_i) f(y_i | x_i, θ_k)^t_i of one state after another, with unnormalised gate weights w and scratch of its own.
 * Less the same at t = 0 it is the log-likelihood with the density of row i to the power t_i (t: length n).
 */
export interface TemperedLikelihood {
  /** Evaluates gate and experts of a state; `value` and `allocate` then speak of it. */
  load(state: State): void;
  /** −Infinity where a row is impossible. */
  value(t: Vector): number;
  /** Draws z_i with probability ∝ w_k(x_i) f(y_i | x_i, θ_k)^t_i; of a deviated mixture first which density made the row. */
  allocate(rng: Rng, t: Vector, state: State): void;
}

export function temperedLikelihood(target: Target): TemperedLikelihood {
  const { n, capacity, expert, gate } = target;
  const scratch = {
    gate: matrix(capacity, n),
    density: matrix(capacity, n),
    joint: matrix(capacity, n),
  };
  const top = new Float64Array(n);
  const total = new Float64Array(n);
  let K = 0;

  /** w f^t over the largest of its column, K × n; `top` holds the logs of these, `total` the sums of columns. */
  function temper(t: Vector): Matrix {
    const joint = firstRows(scratch.joint, K);
    addScaled(scratch.gate.data, t, scratch.density.data, joint.data, K);
    columnMaxima(joint, top);
    exponentiateColumns(joint, top);
    columnSums(joint, total);
    return joint;
  }

  return {
    load({ theta, gamma }) {
      K = theta.rows;
      for (let k = 0; k < K; k++) {
        gate.logWeight(row(gamma, k), row(scratch.gate, k));
        expert.logDensity(row(theta, k), row(scratch.density, k));
      }
    },

    value(t) {
      temper(t);
      let sum = 0;
      for (let i = 0; i < n; i++) sum += top[i]!;
      return sum === Number.NEGATIVE_INFINITY ? sum : sum + sumOfLogs(total);
    },

    allocate(rng, t, { z }) {
      const { data } = temper(t);
      for (let i = 0; i < n; i++) {
        let rest = uniform(rng) * total[i]! - data[i]!;
        let k = 0;
        while (rest > 0 && k < K - 1) {
          k++;
          rest -= data[k * n + i]!;
        }
        z[i] = k;
      }
    },
  };
}

/** out = a + t · b for K rows of length n, a row each of the components; where t[i] is 0 a alone, even if b is infinite. */
export function addScaled(a: Vector, t: Vector, b: Vector, out: Vector, K: number): void {
  for (let k = 0; k < K; k++) addRow(a, t, b, out, k * t.length);
}

function addRow(a: Vector, t: Vector, b: Vector, out: Vector, start: number): void {
  for (let i = 0, at = start; i < t.length; i++, at++) {
    out[at] = t[i] === 0 ? a[at]! : a[at]! + t[i]! * b[at]!;
  }
}
