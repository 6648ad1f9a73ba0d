import { countPriorOf } from "../../src/core/count.ts";
import type { CountPrior } from "../../src/core/distribution.ts";
import { SamplerError } from "../../src/core/errors.ts";
import type { GateGivenLevels } from "../../src/core/gate.ts";
import type { Info, Move } from "../../src/core/kernel.ts";
import type { Target } from "../../src/core/target.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { exponential } from "../../src/math/random/exponential.ts";
import { poisson } from "../../src/math/random/poisson.ts";
import { type Rng, uniform } from "../../src/math/rng.ts";
import { logGamma } from "../../src/math/stdlib.ts";
import { type Component, emptyComponents, exchangeWithRows } from "../components.ts";
import { levels } from "../levels.ts";
import { count } from "./marginal.ts";

/** Bounds of the mean number of candidates: enough to get anywhere, few enough to cost nothing. */
const FEWEST = 0.2;
const MOST = 20;

/**
 * Draws all empty components anew, their number included. Given levels u the empties are a Poisson process thinned by
 * exp(−Σ_i u_i e^(η_i)): candidates, Poisson(λ) many, come from the prior and each survives with that probability; the
 * m' survivors replace the m empties with probability min(1, h(m') / h(m)), h(m) = p(K₊ + m) (K₊ + m)! / λᵐ. λ depends
 * on the number K₊ of filled components only. Source: [argiento2022], [fruhwirth2021] (K given the partition).
 */
export function thinEmpties(target: Target): Move {
  const prior = countPriorOf(target, "thinning");
  const given = levelsOf(target, "thinning");
  const drawLevels = levels(target);

  function survivors(rng: Rng, mean: number): Component[] {
    const out: Component[] = [];
    const candidates = poisson(rng, mean);
    for (let c = 0; c < candidates; c++) {
      const gamma = new Float64Array(target.gate.dimension);
      target.gate.samplePrior(rng, gamma);
      if (!given.isBelow(gamma, exponential(rng))) continue;
      const theta = new Float64Array(target.expert.dimension);
      target.expert.samplePrior(rng, theta);
      out.push({ theta, gamma });
    }
    return out;
  }

  /** log h(m) with K₊ filled components. */
  const logH = (filled: number, m: number, mean: number): number =>
    prior.logProbability(filled + m) + logGamma(filled + m + 1) - m * fastLog(mean);

  return {
    name: "empties",
    step(rng, state) {
      const info: Info = {};
      const empties = emptyComponents(state);
      const filled = state.theta.rows - empties.length;
      const mean = meanCandidates(prior, filled);
      given.load(drawLevels(rng, state));
      const added = survivors(rng, mean);
      count(info, "empties.proposed");
      const logRatio = logH(filled, added.length, mean) - logH(filled, empties.length, mean);
      if (!(fastLog(uniform(rng)) < logRatio)) return { state, info };
      count(info, "empties.accepted");
      return { state: exchangeWithRows(rng, state, empties, added), info };
    },
  };
}

/**
 * λ, a function of the filled components only: those that the prior wants at least, and near the mean that it gives one
 * more.
 */
function meanCandidates({ max, logProbability }: CountPrior, filled: number): number {
  let K = filled;
  while (K < max && logProbability(K) === Number.NEGATIVE_INFINITY) K++;
  const ratio = fastExp(logProbability(K + 1) - logProbability(K)) * (K + 1);
  return K - filled + Math.min(MOST, Math.max(FEWEST, ratio));
}

/** The gate's moves given levels; throws a SamplerError where it has none. */
export function levelsOf({ gate }: Target, move: string): GateGivenLevels {
  if (gate.givenLevels !== undefined) return gate.givenLevels;
  throw new SamplerError(
    `${move} needs a gate with a normal prior on its coefficients, or a constant gate; ` +
      "write such a prior, or use the sampler reversible-jump without collapsed split-merge",
  );
}
