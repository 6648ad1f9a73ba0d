import type { State, Target } from "../src/core/target.ts";
import { fromUnconstrained, toUnconstrained, transformsOf } from "../src/core/transform.ts";
import { copy, type Matrix, row, type Vector } from "../src/math/matrix.ts";

/**
 * The coordinates in which the likelihood of K components is identified: unconstrained theta,
 * component by component, then the first K − 1 rows of gamma; the last row stays where it is.
 */
export interface FreeCoordinates {
  /** K · d + (K − 1) · q. */
  readonly size: number;
  /** The coordinates of the state. */
  readonly point: Vector;
  /** The state at a point: a view that the next call rewrites. */
  stateAt(point: Vector): State;
  /** Writes a K × d and a K × q array as a vector of this size; leaves the last row of gamma out. */
  gather(theta: Matrix, gamma: Matrix, out: Vector): void;
}

export function freeCoordinates({ expert }: Target, state: State): FreeCoordinates {
  const maps = transformsOf(expert.layout);
  const K = state.theta.rows;
  const inTheta = state.theta.data.length;
  const size = inTheta + (K - 1) * state.gamma.columns;
  const at = { theta: copy(state.theta), gamma: copy(state.gamma), z: state.z };
  const real = copy(state.theta);
  for (let k = 0; k < K; k++) toUnconstrained(maps, row(real, k), row(real, k));

  function gather(theta: Matrix, gamma: Matrix, out: Vector): void {
    out.set(theta.data);
    out.set(gamma.data.subarray(0, size - inTheta), inTheta);
  }

  const point = new Float64Array(size);
  gather(real, state.gamma, point);
  return {
    size,
    point,
    gather,
    stateAt(where) {
      real.data.set(where.subarray(0, inTheta));
      at.gamma.data.set(where.subarray(inTheta));
      for (let k = 0; k < K; k++) fromUnconstrained(maps, row(real, k), row(at.theta, k));
      return at;
    },
  };
}
