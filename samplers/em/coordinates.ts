import type { State, Target } from "../../src/core/target.ts";
import {
  fromUnconstrained,
  toUnconstrained,
  transformOf,
  transformsOf,
} from "../../src/core/transform.ts";
import { row, type Vector } from "../../src/math/matrix.ts";

const unit = transformOf("unit");

/** A state as one point of unconstrained space: rows of theta, then gamma, then logit λ where there is one. */
export interface Coordinates {
  size(state: State): number;
  read(state: State, point: Vector): void;
  /** Writes the point into the state, brought to where states may be. */
  write(point: Vector, state: State): void;
}

/** admit: brings a state to where it may be (an sd to its floor), in place. */
export function coordinatesOf({ expert }: Target, admit: (state: State) => void): Coordinates {
  const maps = transformsOf(expert.layout);
  const d = expert.dimension;
  return {
    size: ({ theta, gamma, deviation }) =>
      theta.data.length + gamma.data.length + (deviation === undefined ? 0 : 1),
    read({ theta, gamma, deviation }, point) {
      for (let k = 0; k < theta.rows; k++) {
        toUnconstrained(maps, row(theta, k), point.subarray(k * d, (k + 1) * d));
      }
      point.set(gamma.data, theta.data.length);
      if (deviation !== undefined) point[point.length - 1] = unit.toReal(deviation.lambda[0]!);
    },
    write(point, state) {
      const { theta, gamma, deviation } = state;
      for (let k = 0; k < theta.rows; k++) {
        fromUnconstrained(maps, point.subarray(k * d, (k + 1) * d), row(theta, k));
      }
      gamma.data.set(point.subarray(theta.data.length, theta.data.length + gamma.data.length));
      if (deviation !== undefined) deviation.lambda[0] = unit.fromReal(point[point.length - 1]!);
      admit(state);
    },
  };
}
