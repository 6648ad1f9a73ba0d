import type { Move } from "../../src/core/kernel.ts";
import type { State, Target } from "../../src/core/target.ts";
import { fastLog } from "../../src/math/exp.ts";
import { copy, type Matrix, matrix, row } from "../../src/math/matrix.ts";
import { permutation } from "../../src/math/random/permutation.ts";
import { uniform } from "../../src/math/rng.ts";

/**
 * Relabels the components by a uniformly drawn permutation. The likelihood does not change; where a gate holds its
 * last row at zero the rows are re-based (|J| = 1) and the prior ratio decides, otherwise the move is always accepted.
 */
export function permuteLabels({ gate }: Target): Move {
  const { fixedRows } = gate;
  let order = new Int32Array(0);
  let place = new Int32Array(0);

  /** Row k of the result is row order[k] of gamma, less the row that becomes the baseline. */
  function permutedGate({ rows: K, columns: q, data }: Matrix): Matrix {
    const out = matrix(K, q);
    for (let k = 0; k < K; k++) {
      for (let j = 0; j < q; j++) {
        const base = fixedRows === 1 ? data[order[K - 1]! * q + j]! : 0;
        out.data[k * q + j] = data[order[k]! * q + j]! - base;
      }
    }
    return out;
  }

  function logPrior(gamma: Matrix): number {
    let total = 0;
    for (let k = 0; k < gamma.rows - fixedRows; k++) total += gate.logPrior(row(gamma, k));
    return total;
  }

  function apply(state: State, gamma: Matrix): void {
    const theta = copy(state.theta);
    state.gamma.data.set(gamma.data);
    for (let k = 0; k < theta.rows; k++) row(state.theta, k).set(row(theta, order[k]!));
    for (let k = 0; k < order.length; k++) place[order[k]!] = k;
    for (let i = 0; i < state.z.length; i++) state.z[i] = place[state.z[i]!]!;
  }

  return {
    name: "permute",
    step(rng, state) {
      const K = state.theta.rows;
      if (order.length !== K) {
        order = new Int32Array(K);
        place = new Int32Array(K);
      }
      permutation(rng, order);
      const gamma = permutedGate(state.gamma);
      if (fixedRows === 0) {
        apply(state, gamma);
        return { state, info: {} };
      }
      const accepted = fastLog(uniform(rng)) < logPrior(gamma) - logPrior(state.gamma);
      if (accepted) apply(state, gamma);
      return { state, info: { "permute.proposed": 1, "permute.accepted": accepted ? 1 : 0 } };
    },
  };
}
