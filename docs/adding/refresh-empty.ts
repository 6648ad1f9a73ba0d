import type { Move } from "../../src/core/kernel.ts";
import { memberships } from "../../src/core/mixture.ts";
import type { Target } from "../../src/core/target.ts";
import { row } from "../../src/math/matrix.ts";

/** Draws the expert of each component without rows from its prior, which is its full conditional. */
export function refreshEmpty({ n, expert }: Target): Move {
  const members = memberships(n);
  return {
    name: "refresh-empty",
    step(rng, state) {
      members.sort(state.z, state.theta.rows);
      for (let k = 0; k < state.theta.rows; k++) {
        if (members.of(k).rows.length === 0) expert.samplePrior(rng, row(state.theta, k));
      }
      return { state, info: {} };
    },
  };
}
