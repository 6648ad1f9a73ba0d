import type { Move } from "../../src/core/kernel.ts";
import { memberships } from "../../src/core/mixture.ts";
import type { Target } from "../../src/core/target.ts";
import { row } from "../../src/math/matrix.ts";

/** Updates every expert given its members; an expert without members is drawn from its prior. */
export function updateExperts(target: Target): Move {
  const members = memberships(target.n);
  return {
    name: "experts",
    step(rng, state) {
      const K = state.theta.rows;
      members.sort(state.z, K);
      for (let k = 0; k < K; k++) {
        const theta = row(state.theta, k);
        const own = members.of(k);
        if (own.rows.length === 0) target.expert.samplePrior(rng, theta);
        else target.expert.update(rng, theta, own);
      }
      return { state, info: {} };
    },
  };
}
