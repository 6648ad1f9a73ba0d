import type { State, Target } from "../src/core/target.ts";
import {
  fromUnconstrained,
  toUnconstrained,
  transformOf,
  transformsOf,
} from "../src/core/transform.ts";
import { copy, type Matrix, row, type Vector } from "../src/math/matrix.ts";

/**
 * The coordinates in which the likelihood of K components is identified: unconstrained theta,
 * component by component, then the first K − 1 rows of gamma; the last row stays where it is. Where the mixture deviates
 * from a known density, logit λ comes last.
 */
export interface FreeCoordinates {
  /** K · d + (K − 1) · q, and one more for λ. */
  readonly size: number;
  /** The coordinates of the state. */
  readonly point: Vector;
  /** The state at a point: a view that the next call rewrites. */
  stateAt(point: Vector): State;
  /** Writes a K × d and a K × q array as a vector of this size, leaving the last row of gamma out; then `share`. */
  gather(theta: Matrix, gamma: Matrix, out: Vector, share?: number): void;
}

const unit = transformOf("unit");

export function freeCoordinates({ expert }: Target, state: State): FreeCoordinates {
  const maps = transformsOf(expert.layout);
  const K = state.theta.rows;
  const inTheta = state.theta.data.length;
  const inGamma = (K - 1) * state.gamma.columns;
  const size = inTheta + inGamma + (state.deviation === undefined ? 0 : 1);
  const deviation = state.deviation && {
    ...state.deviation,
    lambda: state.deviation.lambda.slice(),
  };
  const at = {
    theta: copy(state.theta),
    gamma: copy(state.gamma),
    z: state.z,
    ...(deviation === undefined ? {} : { deviation }),
  };
  const real = copy(state.theta);
  for (let k = 0; k < K; k++) toUnconstrained(maps, row(real, k), row(real, k));

  function gather(theta: Matrix, gamma: Matrix, out: Vector, share = 0): void {
    out.set(theta.data);
    out.set(gamma.data.subarray(0, inGamma), inTheta);
    if (deviation !== undefined) out[size - 1] = share;
  }

  const point = new Float64Array(size);
  gather(real, state.gamma, point, deviation && unit.toReal(deviation.lambda[0]!));
  return {
    size,
    point,
    gather,
    stateAt(where) {
      real.data.set(where.subarray(0, inTheta));
      at.gamma.data.set(where.subarray(inTheta, inTheta + inGamma));
      if (deviation !== undefined) deviation.lambda[0] = unit.fromReal(where[size - 1]!);
      for (let k = 0; k < K; k++) fromUnconstrained(maps, row(real, k), row(at.theta, k));
      return at;
    },
  };
}
