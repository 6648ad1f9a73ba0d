import { SamplerError } from "../../src/core/errors.ts";
import type { Move } from "../../src/core/kernel.ts";
import type { Target } from "../../src/core/target.ts";

/** Updates the gate given the allocations, by the update of that name or by the gate's default. */
export function updateGate({ gate }: Target, name: string): Move {
  const update = name === "default" ? gate.updates[0] : gate.updates.find((u) => u.name === name);
  if (update === undefined) {
    const known = ["default", ...gate.updates.map((u) => u.name)].join(", ");
    throw new SamplerError(`gate update must be one of ${known} for this gate; got "${name}"`);
  }
  return {
    name: "gate",
    step(rng, state) {
      const { proposed, accepted } = update.step(rng, state.gamma, state.z);
      return { state, info: { "gate.proposed": proposed, "gate.accepted": accepted } };
    },
  };
}
