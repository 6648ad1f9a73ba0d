import type { Repeated } from "../../../samplers/moves/marginal.ts";
import type { GateGivenLevels } from "../../../src/core/gate.ts";
import type { Move } from "../../../src/core/kernel.ts";
import type { Target } from "../../../src/core/target.ts";

/** Mistake: what is kept of the components' likelihoods is not refreshed once a marginal move has changed them. */
export function withStaleRatio(make: Repeated["make"]): Repeated["make"] {
  return (target, ratio) =>
    make(target, { ...ratio, keep: () => undefined, accept: () => undefined });
}

/** Mistake: the allocations of before a move that sums them out are taken for those of after it. */
export function keepingAllocations(move: Move): Move {
  const before: { z: Int32Array } = { z: new Int32Array(0) };
  return {
    name: `${move.name} with stale allocations`,
    step(rng, start) {
      before.z = start.z.slice();
      const { state, info } = move.step(rng, start);
      for (let i = 0; i < state.z.length; i++) state.z[i] = before.z[i]! % state.theta.rows;
      return { state, info };
    },
  };
}

/** How long levels are kept. */
const STEPS_KEPT = 8;

/** Mistake: levels are drawn anew once in a while only, whatever has changed since. */
export function withKeptLevels(target: Target): Target {
  let loads = 0;
  return withGivenLevels(target, (given) => ({
    ...given,
    load(logLevels) {
      if (loads++ % STEPS_KEPT === 0) given.load(logLevels);
    },
  }));
}

/** The target with another way of drawing rows of the gate given levels. */
export function withGivenLevels(
  target: Target,
  replace: (given: GateGivenLevels) => GateGivenLevels,
): Target {
  const { givenLevels } = target.gate;
  if (givenLevels === undefined) throw new Error("the gate must have moves given levels");
  return { ...target, gate: { ...target.gate, givenLevels: replace(givenLevels) } };
}
