import { type Component, componentOf, exchange } from "../../../samplers/components.ts";
import type { MarginalRatio } from "../../../samplers/marginal-ratio.ts";
import type { MarginalMove } from "../../../samplers/moves/marginal.ts";
import { countPriorOf } from "../../../src/core/count.ts";
import type { Target } from "../../../src/core/target.ts";
import { logSumExp } from "../../../src/math/log-sum-exp.ts";
import { categoricalFromLog } from "../../../src/math/random/categorical.ts";
import { integerBelow, type Rng, uniform } from "../../../src/math/rng.ts";

/** Which components the proposal of a birth is evaluated with when it is undone. */
export type ReverseState = "without the victim" | "with the victim";

/**
 * Births where the data are explained badly: a row is drawn with probability in proportion to 1 / its likelihood, the new
 * expert from its posterior given that row, its gate from the prior. A death must evaluate that proposal at the state
 * without its victim; with the victim is a mistake, small where one more component explains little.
 */
export function dataBirthDeath(reverse: ReverseState) {
  return (target: Target, ratio: MarginalRatio): MarginalMove => {
    const { n, expert, gate } = target;
    const prior = countPriorOf(target, "births from data");
    const logDensity = new Float64Array(n);
    const eta = new Float64Array(n);
    const unit = Float64Array.of(1);
    const posterior = (i: number) => expert.approximate!({ rows: Int32Array.of(i), weight: unit });

    /** −log likelihood of each row, allocations summed out. */
    function surprises(components: readonly Component[]): Float64Array {
      const terms = components.map(({ theta, gamma }) => {
        gate.logWeight(gamma, eta);
        expert.logDensity(theta, logDensity);
        return { gates: eta.slice(), joints: eta.map((value, i) => value + logDensity[i]!) };
      });
      return Float64Array.from({ length: n }, (_, i) => {
        const gates = logSumExp(Float64Array.from(terms, (term) => term.gates[i]!));
        return gates - logSumExp(Float64Array.from(terms, (term) => term.joints[i]!));
      });
    }

    /** log q(theta) − log prior(theta): a mixture over rows. */
    function logTilt(theta: Float64Array, weights: Float64Array): number {
      expert.logDensity(theta, logDensity);
      const own = logDensity.slice();
      const tilts = weights.map((w, i) => w + own[i]! - posterior(i).logWeight(theta));
      return logSumExp(tilts) - logSumExp(weights);
    }

    function bornFrom(rng: Rng, weights: Float64Array): Component {
      const theta = new Float64Array(expert.dimension);
      const gamma = new Float64Array(gate.dimension);
      posterior(categoricalFromLog(rng, weights.slice())).draw(rng, theta);
      gate.samplePrior(rng, gamma);
      return { theta, gamma };
    }

    function birth(rng: Rng, components: readonly Component[]) {
      const weights = surprises(components);
      const one = bornFrom(rng, weights);
      return { removed: [], added: [one], logTilt: logTilt(one.theta, weights) };
    }

    function death(rng: Rng, components: readonly Component[]) {
      const victim = integerBelow(rng, components.length);
      const others = components.filter((_, k) => k !== victim);
      const weights = surprises(reverse === "with the victim" ? components : others);
      const tilt = logTilt(components[victim]!.theta, weights);
      return { removed: [victim], added: [], logTilt: -tilt };
    }

    return {
      name: "birth and death from data",
      step(rng, state) {
        const K = state.theta.rows;
        const isBirth = uniform(rng) < 0.5;
        const next = isBirth ? K + 1 : K - 1;
        if (next === 0 || next > prior.max) return state;
        const components = Array.from({ length: K }, (_, k) => componentOf(state, k));
        const proposal = (isBirth ? birth : death)(rng, components);
        const { removed, added } = proposal;
        const count = prior.logProbability(next) - prior.logProbability(K);
        const logRatio = count + ratio.log(removed, added) - proposal.logTilt;
        if (!(Math.log(uniform(rng)) < logRatio)) return state;
        const changed = exchange(rng, state, removed, added).state;
        ratio.keep(changed);
        return changed;
      },
    };
  };
}
