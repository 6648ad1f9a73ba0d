import { countPriorOf } from "../../src/core/count.ts";
import type { Target } from "../../src/core/target.ts";
import { fastLog } from "../../src/math/exp.ts";
import { integerBelow, type Rng, uniform } from "../../src/math/rng.ts";
import { type Component, exchange } from "../components.ts";
import type { MarginalRatio } from "../marginal-ratio.ts";
import { count, type MarginalMove } from "./marginal.ts";

/**
 * Birth of a component drawn from the prior, or death of one drawn uniformly, allocations summed out: a birth is
 * accepted with ratio p(K + 1) / p(K) · L' / L (the place of the new component and the choice of the victim cancel), a
 * death with its inverse. Birth and death are tried equally often whatever K is; what cannot be done is rejected.
 * Source: [green1995], [stephens2000].
 */
export function birthDeath(target: Target, ratio: MarginalRatio): MarginalMove {
  const prior = countPriorOf(target, "birth-death");

  function fromPrior(rng: Rng): Component {
    const theta = new Float64Array(target.expert.dimension);
    const gamma = new Float64Array(target.gate.dimension);
    target.expert.samplePrior(rng, theta);
    target.gate.samplePrior(rng, gamma);
    return { theta, gamma };
  }

  /** What comes instead of what; undefined where it cannot be. */
  function propose(rng: Rng, K: number, isBirth: boolean) {
    if (isBirth) {
      return K < prior.max ? { removed: [], added: [fromPrior(rng)], next: K + 1 } : undefined;
    }
    return K > 1 ? { removed: [integerBelow(rng, K)], added: [], next: K - 1 } : undefined;
  }

  return {
    name: "birth-death",
    step(rng, state, info) {
      const K = state.theta.rows;
      const isBirth = uniform(rng) < 0.5;
      const name = isBirth ? "birth" : "death";
      count(info, `${name}.proposed`);
      const proposal = propose(rng, K, isBirth);
      if (proposal === undefined) return state;
      const { removed, added, next } = proposal;
      const logPriorRatio = prior.logProbability(next) - prior.logProbability(K);
      if (!(fastLog(uniform(rng)) < logPriorRatio + ratio.log(removed, added))) return state;
      count(info, `${name}.accepted`);
      const changed = exchange(rng, state, removed, added).state;
      ratio.keep(changed);
      return changed;
    },
  };
}
