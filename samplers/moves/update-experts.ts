import type { Members } from "../../src/core/data.ts";
import type { Move } from "../../src/core/kernel.ts";
import { memberships } from "../../src/core/mixture.ts";
import type { DeviationState, Target } from "../../src/core/target.ts";
import { copyRow, setRow } from "../components.ts";

/** Members that the known density has not made: of a deviated mixture, the only ones that tell of the expert. */
export function ofMixture(
  { rows, weight }: Members,
  deviation: DeviationState | undefined,
): Members {
  if (deviation === undefined) return { rows, weight };
  const own = rows.filter((i) => deviation.fromKnown[i] === 0);
  return { rows: own, weight: weight.subarray(0, own.length) };
}

/** Updates every expert given its members; an expert without members is drawn from its prior. */
export function updateExperts(target: Target): Move {
  const members = memberships(target.n);
  const theta = new Float64Array(target.expert.dimension);
  return {
    name: "experts",
    step(rng, state) {
      const K = state.theta.rows;
      members.sort(state.z, K);
      for (let k = 0; k < K; k++) {
        copyRow(state.theta, k, theta);
        const own = ofMixture(members.of(k), state.deviation);
        if (own.rows.length === 0) target.expert.samplePrior(rng, theta);
        else target.expert.update(rng, theta, own);
        setRow(theta, state.theta, k);
      }
      return { state, info: {} };
    },
  };
}
