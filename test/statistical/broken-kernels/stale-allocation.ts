import type { GateUpdate } from "../../../src/core/gate.ts";
import type { Target } from "../../../src/core/target.ts";

/** Mistake: the gate is updated with the allocations of the previous sweep. */
export function staleAllocation(target: Target): Target {
  const updates = target.gate.updates.map((update): GateUpdate => {
    const stale = new Int32Array(target.n);
    const before = new Int32Array(target.n);
    return {
      ...update,
      step(rng, gamma, z) {
        before.set(stale);
        stale.set(z);
        return update.step(rng, gamma, before);
      },
    };
  });
  return { ...target, gate: { ...target.gate, updates } };
}
