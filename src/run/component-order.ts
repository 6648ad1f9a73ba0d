import {
  firstRows,
  logJoint,
  mixtureScratch,
  sumOutAllocation,
  toResponsibilities,
} from "../core/mixture.ts";
import type { State, Target } from "../core/target.ts";
import { assign } from "../math/assignment.ts";
import { copy, type Matrix, matrix, row } from "../math/matrix.ts";

type Parameters = Pick<State, "theta" | "gamma" | "deviation">;

/** Component k becomes order[k] of what is given; of a gate with a baseline the last row is zero again. */
export function inOrder(
  target: Target,
  { theta, gamma, deviation }: Parameters,
  order: ArrayLike<number>,
): State {
  const sorted = (from: Matrix): Matrix => {
    const out = matrix(from.rows, from.columns);
    for (let k = 0; k < from.rows; k++) row(out, k).set(row(from, order[k]!));
    return out;
  };
  const gates = sorted(gamma);
  if (target.gate.fixedRows === 1) {
    const last = row(gates, gates.rows - 1).slice();
    for (let at = 0; at < gates.data.length; at++) {
      gates.data[at] = gates.data[at]! - last[at % gates.columns]!;
    }
  }
  return {
    theta: sorted(theta),
    gamma: gates,
    z: new Int32Array(target.n),
    ...(deviation === undefined ? {} : { deviation }),
  };
}

/** Responsibilities of the components at every row, K × n. */
export function responsibilitiesAt(target: Target, state: State): Matrix {
  const scratch = mixtureScratch(target);
  const joint = logJoint(target, state, scratch);
  sumOutAllocation(joint, scratch);
  return copy(firstRows(toResponsibilities(joint, scratch), state.theta.rows));
}

/**
 * The components of `found` in the order in which they take over most of the rows of those of `known`:
 * the one-to-one assignment with the largest Σ responsibility · responsibility.
 */
export function matchedTo(target: Target, known: State, found: State): State {
  const K = known.theta.rows;
  const [ours, theirs] = [known, found].map((state) => responsibilitiesAt(target, state)) as [
    Matrix,
    Matrix,
  ];
  const score = matrix(K, K);
  for (let k = 0; k < K; k++) {
    const of = row(ours, k);
    for (let l = 0; l < K; l++) {
      score.data[k * K + l] = row(theirs, l).reduce((sum, r, i) => sum + r * of[i]!, 0);
    }
  }
  const order = new Int32Array(K);
  assign(score, order);
  return inOrder(target, found, order);
}
