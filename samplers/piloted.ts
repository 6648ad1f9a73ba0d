import { SamplerError } from "../src/core/errors.ts";
import type { Kernel, Sampler } from "../src/core/kernel.ts";
import type { State, Target } from "../src/core/target.ts";
import { copy } from "../src/math/matrix.ts";
import type { Rng } from "../src/math/rng.ts";
import { type GibbsOptions, gibbs } from "./gibbs.ts";
import type { Start } from "./initialize.ts";

/** Starts that are tried beside the chain's own. */
const OTHERS: readonly Start[] = ["em", "kmeans", "prior"];
/** Sweeps of a trial: one for every two parameters, at most so many; its height is averaged over the last third. */
const MOST_SWEEPS = 60;
const PARAMETERS_A_SWEEP = 2;
/** Of a component: with fewer, a start finds its mode without trials. */
const FEWEST_PARAMETERS = 20;

/**
 * Gibbs sampling that tries four starts for a few sweeps and goes on from where the log posterior was highest: for models
 * with so many parameters that a start decides which of several modes a chain stays in. Source: [diebolt1994].
 */
export function piloted(options: GibbsOptions = {}): Sampler {
  const plain = gibbs(options);
  return {
    name: "piloted",
    reference: "[diebolt1994]",
    options: { ...options },
    compile(target) {
      if (typeof target.components !== "number") {
        throw new SamplerError(
          "piloted needs a fixed number of components; the model has a prior on it. Use auto, reversible-jump or mfm",
        );
      }
      const kernel = plain.compile(target);
      const own = options.start ?? "kmeans";
      const kernels = [own, ...OTHERS].map((start) => gibbs({ ...options, start }).compile(target));
      return {
        ...kernel,
        name: "piloted",
        init: isWorthTrials(target) ? (rng) => highest(rng, target, kernels) : kernel.init,
      };
    },
  };
}

function isWorthTrials({ capacity, expert, gate }: Target): boolean {
  return capacity > 1 && expert.dimension + gate.dimension >= FEWEST_PARAMETERS;
}

/** The end of the trial with the highest mean log posterior. */
function highest(rng: Rng, target: Target, kernels: readonly Kernel[]): State {
  let best: State | undefined;
  let top = Number.NEGATIVE_INFINITY;
  for (const kernel of kernels) {
    const { state, height } = trial(rng, target, kernel);
    if (best !== undefined && !(height > top)) continue;
    top = height;
    best = state;
  }
  return best!;
}

function trial(rng: Rng, target: Target, kernel: Kernel): { state: State; height: number } {
  let state = kernel.init(rng);
  let height = 0;
  const parameters = state.theta.data.length + state.gamma.data.length;
  const sweeps = Math.min(MOST_SWEEPS, Math.ceil(parameters / PARAMETERS_A_SWEEP));
  const judged = Math.ceil(sweeps / 3);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const { state: next, info } = kernel.step(rng, state);
    state = next;
    if (sweep < sweeps - judged) continue;
    height += ((info["log_likelihood"] ?? 0) + target.logPrior(state)) / judged;
  }
  const { theta, gamma, z } = state;
  return { state: { ...state, theta: copy(theta), gamma: copy(gamma), z: z.slice() }, height };
}
