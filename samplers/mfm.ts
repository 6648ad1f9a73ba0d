import { countPriorOf } from "../src/core/count.ts";
import { SamplerError } from "../src/core/errors.ts";
import type { Sampler } from "../src/core/kernel.ts";
import { initializeCount, type RandomCountOptions, startOf } from "./initialize-count.ts";
import { allocate } from "./moves/allocate.ts";
import { updateGateGivenLevels } from "./moves/gate-given-levels.ts";
import { permuteLabels } from "./moves/permute-labels.ts";
import { thinEmpties } from "./moves/thin-empties.ts";
import { translateGate } from "./moves/translate-gate.ts";
import { updateExperts } from "./moves/update-experts.ts";
import { sweep } from "./sweep.ts";

/**
 * A mixture of finite mixtures by latent exponentials: given levels u_i ~ Exp(S_i) components are independent, so the
 * number of empty ones is drawn given the partition, and each gate row given its members. K changes through empty
 * components only, so it mixes slower than reversible jump: an independent check of it.
 * Source: [fruhwirth2021], [argiento2022].
 */
export function mfm(options: RandomCountOptions = {}): Sampler {
  const start = startOf("mfm", options);
  checkGateUpdate(options);
  return {
    name: "mfm",
    reference: "[fruhwirth2021]",
    options: { ...options },
    compile(target) {
      countPriorOf(target, "mfm");
      const moves = [
        ...translateGate(target),
        permuteLabels(target),
        updateExperts(target),
        updateGateGivenLevels(target),
        thinEmpties(target),
        allocate(target),
      ];
      return {
        ...sweep("mfm", moves),
        moves: moves.map((move) => move.name),
        init: (rng) => initializeCount(rng, target, start),
      };
    },
  };
}

/** The gate's own updates would not know of the levels. */
function checkGateUpdate({ gateUpdate = "default" }: RandomCountOptions): void {
  if (gateUpdate === "default") return;
  throw new SamplerError(
    `mfm updates the gate given levels, so its gate update must be default; got "${gateUpdate}". ` +
      "Leave it out, or use the sampler reversible-jump",
    { gateUpdate },
  );
}
