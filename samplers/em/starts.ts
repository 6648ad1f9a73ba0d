import type { State, Target } from "../../src/core/target.ts";
import { fastLog } from "../../src/math/exp.ts";
import { matrix, row } from "../../src/math/matrix.ts";
import { type Rng, uniform } from "../../src/math/rng.ts";
import { initialize, type Start } from "../initialize.ts";

export type EmStart = Start | "responsibilities";

/** The kinds of start, in the order in which they take turns. */
export const emStarts: readonly EmStart[] = ["kmeans", "random", "responsibilities", "em", "prior"];

/** A state that EM can climb from. */
export function emStart(rng: Rng, target: Target, kind: EmStart): State {
  return kind === "responsibilities"
    ? fromResponsibilities(rng, target)
    : initialize(rng, target, kind);
}

/** Experts and gate fitted to exponential weights: each row's are uniform on the simplex. */
function fromResponsibilities(rng: Rng, target: Target): State {
  const { n, expert, gate } = target;
  const state = target.samplePrior(rng);
  const K = state.theta.rows;
  const responsibility = matrix(K, n);
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < n; i++) {
    let total = 0;
    for (let k = 0; k < K; k++) {
      const weight = -fastLog(uniform(rng));
      responsibility.data[k * n + i] = weight;
      total += weight;
    }
    for (let k = 0; k < K; k++) {
      responsibility.data[k * n + i] = responsibility.data[k * n + i]! / total;
    }
  }
  for (let k = 0; k < K; k++) {
    expert.maximize(row(state.theta, k), { rows, weight: row(responsibility, k) }, 1);
  }
  gate.maximize(state.gamma, responsibility, 1);
  return state;
}
