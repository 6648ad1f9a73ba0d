import {
  logJoint,
  mixtureScratch,
  sumOutAllocation,
  toResponsibilities,
} from "../../src/core/mixture.ts";
import type { State, Target } from "../../src/core/target.ts";
import { copy, type Matrix, row } from "../../src/math/matrix.ts";

/** EM without acceleration until the log-likelihood rises by less than 1e-13 of itself. */
export function plainEm(target: Target, start: State, most = 5000): State {
  const state = { theta: copy(start.theta), gamma: copy(start.gamma), z: start.z };
  const scratch = mixtureScratch(target);
  let before = Number.NEGATIVE_INFINITY;
  for (let t = 0; t < most; t++) {
    const joint = logJoint(target, state, scratch);
    const value = sumOutAllocation(joint, scratch);
    if (value - before < 1e-13 * Math.abs(value)) break;
    before = value;
    maximizeGiven(target, state, toResponsibilities(joint, scratch));
  }
  return state;
}

function maximizeGiven({ n, expert, gate }: Target, { theta, gamma }: State, r: Matrix): void {
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  for (let k = 0; k < theta.rows; k++) {
    expert.maximize(row(theta, k), { rows, weight: row(r, k).slice() }, 0);
  }
  gate.maximize(gamma, r, 0);
}
