import { countPriorOf } from "../../src/core/count.ts";
import type { State, Target } from "../../src/core/target.ts";
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

  const newborn: Component = {
    theta: new Float64Array(target.expert.dimension),
    gamma: new Float64Array(target.gate.dimension),
  };

  function fromPrior(rng: Rng): Component {
    target.expert.samplePrior(rng, newborn.theta);
    target.gate.samplePrior(rng, newborn.gamma);
    return newborn;
  }

  function tryChange(rng: Rng, state: State, next: number, removed: number[], added: Component[]) {
    const logPriorRatio = prior.logProbability(next) - prior.logProbability(state.theta.rows);
    const atLeast = fastLog(uniform(rng)) - logPriorRatio;
    if (!(ratio.log(removed, added, atLeast) > atLeast)) return state;
    const changed = exchange(rng, state, removed, added);
    ratio.accept(changed.state, changed.origins);
    return changed.state;
  }

  return {
    name: "birth-death",
    step(rng, state, info) {
      const K = state.theta.rows;
      if (uniform(rng) < 0.5) {
        count(info, "birth.proposed");
        if (K === prior.max) return state;
        const next = tryChange(rng, state, K + 1, [], [fromPrior(rng)]);
        if (next !== state) count(info, "birth.accepted");
        return next;
      }
      count(info, "death.proposed");
      if (K === 1) return state;
      const next = tryChange(rng, state, K - 1, [integerBelow(rng, K)], []);
      if (next !== state) count(info, "death.accepted");
      return next;
    },
  };
}
