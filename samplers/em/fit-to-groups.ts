import type { State, Target } from "../../src/core/target.ts";
import { type Matrix, matrix, row } from "../../src/math/matrix.ts";
import type { Rng } from "../../src/math/rng.ts";

/**
 * A state whose experts and gate are fitted to responsibilities (K × n) under their priors, which
 * keep what few rows would leave open; an expert without rows is a draw from its prior.
 */
export function fitToGroups(rng: Rng, target: Target, responsibility: Matrix): State {
  const { n, expert, gate } = target;
  const state = target.samplePrior(rng);
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  for (let k = 0; k < state.theta.rows; k++) {
    expert.maximize(row(state.theta, k), { rows, weight: row(responsibility, k) }, 1);
  }
  gate.maximize(state.gamma, responsibility, 1);
  return state;
}

/** K × n: 1 at the group of each row. */
export function indicators(group: Int32Array, K: number): Matrix {
  const out = matrix(K, group.length);
  group.forEach((k, i) => {
    out.data[k * group.length + i] = 1;
  });
  return out;
}
