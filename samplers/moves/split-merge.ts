import { countPriorOf } from "../../src/core/count.ts";
import { SamplerError } from "../../src/core/errors.ts";
import type { State, Target } from "../../src/core/target.ts";
import { transformsOf } from "../../src/core/transform.ts";
import { fastLog } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { integerBelow, type Rng, uniform } from "../../src/math/rng.ts";
import { type Component, componentOf, exchange } from "../components.ts";
import { divide, type Pair, splitDensity, unite, type Widths } from "../division.ts";
import type { MarginalRatio } from "../marginal-ratio.ts";
import type { ScaleChoice } from "../scale-choice.ts";
import { expertSpreads, gateSpreads } from "../spreads.ts";
import { count, type MarginalMove } from "./marginal.ts";

/** sd of t, the difference of the two intercepts of the gate. */
const INTERCEPT_SD = 1.7;
/** sds of the differences in slopes of the gate and in parameters of the experts, in units of their spreads. */
const GATE_SCALE = 0.75;
const EXPERT_SCALE = 0.7;

/**
 * Splits a component in two, or merges two, allocations summed out. With t ~ N(0, sd²) and α = 1 / (1 + e⁻ᵗ) the gate's
 * intercept splits as e^γ = e^γ_a + e^γ_b, γ_a − γ_b = t; every other coordinate c (positive parameters by their
 * logarithm) as c_a = c + (1 − α) v, c_b = c − α v with v normal: the Jacobian is 1, and a merge undoes it exactly.
 * Source: [richardson1997], moments replaced by these maps; the unit Jacobian is by each 2 × 2 block.
 */
export function splitMerge(
  target: Target,
  ratio: MarginalRatio,
  scales: ScaleChoice,
): MarginalMove {
  const prior = countPriorOf(target, "split-merge");
  mustHaveIntercept(target);
  const maps = transformsOf(target.expert.layout);
  const logPrior = splitDensity(target, maps);
  const spreads = {
    gate: gateSpreads(target).map((spread) => GATE_SCALE * spread),
    expert: expertSpreads(target, maps).map((spread) => EXPERT_SCALE * spread),
  };

  const widths = scales.all.map((scale) => widthsAt(spreads, scale));

  /** log of ratio of the split that turns `one` into `two`, whatever direction is proposed. */
  function logSplitRatio(
    K: number,
    likelihood: number,
    one: Component,
    two: Pair,
    density: number,
  ) {
    const count = prior.logProbability(K + 1) - prior.logProbability(K);
    const densities = logPrior(two.a) + logPrior(two.b) - logPrior(one);
    return count + likelihood + densities - density;
  }

  function split(rng: Rng, state: State, widths: Widths): Proposal {
    const K = state.theta.rows;
    const k = integerBelow(rng, K);
    const one = componentOf(state, k);
    const { two, density } = divide(rng, one, maps, widths);
    const likelihood = ratio.log([k], [two.a, two.b]);
    const logRatio = logSplitRatio(K, likelihood, one, two, density);
    return { removed: [k], added: [two.a, two.b], logRatio };
  }

  function merge(rng: Rng, state: State, widths: Widths): Proposal {
    const K = state.theta.rows;
    const a = integerBelow(rng, K);
    const other = integerBelow(rng, K - 1);
    const b = other < a ? other : other + 1;
    const two = { a: componentOf(state, a), b: componentOf(state, b) };
    const { one, density } = unite(two, maps, widths);
    const likelihood = ratio.log([a, b], [one]);
    const logRatio = -logSplitRatio(K - 1, -likelihood, one, two, density);
    return { removed: [a, b], added: [one], logRatio };
  }

  return {
    name: "split-merge",
    step(rng, state, info, warmup) {
      const K = state.theta.rows;
      const isSplit = uniform(rng) < 0.5;
      count(info, isSplit ? "split.proposed" : "merge.proposed");
      if (isSplit ? K === prior.max : K === 1) return state;
      const choice = scales.pick(rng, warmup);
      const { removed, added, logRatio } = isSplit
        ? split(rng, state, widths[choice]!)
        : merge(rng, state, widths[choice]!);
      const accepted = fastLog(uniform(rng)) < logRatio;
      if (warmup) scales.learn(choice, accepted);
      if (!accepted) return state;
      count(info, isSplit ? "split.accepted" : "merge.accepted");
      const changed = exchange(rng, state, removed, added);
      ratio.accept(changed.state, changed.origins);
      return changed.state;
    },
  };
}

interface Proposal {
  readonly removed: readonly number[];
  readonly added: readonly Component[];
  readonly logRatio: number;
}

function widthsAt(
  spreads: { readonly gate: Vector; readonly expert: Vector },
  scale: number,
): Widths {
  return {
    intercept: INTERCEPT_SD,
    gate: spreads.gate.map((spread) => scale * spread),
    expert: spreads.expert.map((spread) => scale * spread),
  };
}

function mustHaveIntercept({ gate }: Target): void {
  if (gate.terms[0] === "(Intercept)") return;
  throw new SamplerError(
    `split-merge needs a gate with an intercept; its terms are ${gate.terms.join(", ")}. ` +
      "Leave `0 +` out of the gate's formula, or use the sampler mfm",
  );
}
