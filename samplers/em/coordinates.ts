import type { State, Target } from "../../src/core/target.ts";
import { fromUnconstrained, toUnconstrained, transformsOf } from "../../src/core/transform.ts";
import { row, type Vector } from "../../src/math/matrix.ts";

/** A state as one point of unconstrained space: rows of theta, then gamma. */
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
    size: ({ theta, gamma }) => theta.data.length + gamma.data.length,
    read({ theta, gamma }, point) {
      for (let k = 0; k < theta.rows; k++) {
        toUnconstrained(maps, row(theta, k), point.subarray(k * d, (k + 1) * d));
      }
      point.set(gamma.data, theta.data.length);
    },
    write(point, state) {
      const { theta, gamma } = state;
      for (let k = 0; k < theta.rows; k++) {
        fromUnconstrained(maps, point.subarray(k * d, (k + 1) * d), row(theta, k));
      }
      gamma.data.set(point.subarray(theta.data.length));
      admit(state);
    },
  };
}
