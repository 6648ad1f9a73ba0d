import type { Move } from "../../../src/core/kernel.ts";
import { row } from "../../../src/math/matrix.ts";
import { uniform } from "../../../src/math/rng.ts";

/** Swaps the first two components with probability a half, after `move`; without `relabel` z is forgotten: a mistake. */
export function thenSwap(move: Move, relabel: boolean): Move {
  return {
    name: `${move.name}, then swap`,
    step(rng, before) {
      const { state, info } = move.step(rng, before);
      if (uniform(rng) < 0.5) {
        for (const parameters of [state.theta, state.gamma]) {
          const first = row(parameters, 0);
          const kept = first.slice();
          first.set(row(parameters, 1));
          row(parameters, 1).set(kept);
        }
        if (relabel) state.z.set(state.z.map((k) => (k < 2 ? 1 - k : k)));
      }
      return { state, info };
    },
  };
}
