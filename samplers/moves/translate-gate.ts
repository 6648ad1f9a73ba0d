import type { Move } from "../../src/core/kernel.ts";
import type { Target } from "../../src/core/target.ts";

/** Exact draw along the gate's flat direction; present only for gates that have one. */
export function translateGate({ gate }: Target): Move[] {
  const { translate } = gate;
  if (translate === undefined) return [];
  return [
    {
      name: "translate",
      step(rng, state) {
        translate(rng, state.gamma);
        return { state, info: {} };
      },
    },
  ];
}
