import type { Kernel, Sampler } from "../src/core/kernel.ts";
import type { State, Target } from "../src/core/target.ts";
import { copy } from "../src/math/matrix.ts";
import type { Rng } from "../src/math/rng.ts";
import { type GibbsOptions, gibbs } from "./gibbs.ts";
import type { Start } from "./initialize.ts";

/** Starts that are tried beside the chain's own. */
const OTHERS: readonly Start[] = ["em", "kmeans", "prior"];
/** Sweeps of a trial, and how many of the last its height is averaged over. */
const SWEEPS = 60;
const JUDGED = 20;

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
      const kernel = plain.compile(target);
      const own = options.start ?? "kmeans";
      const kernels = [own, ...OTHERS].map((start) => gibbs({ ...options, start }).compile(target));
      return {
        ...kernel,
        name: "piloted",
        init: target.capacity === 1 ? kernel.init : (rng) => highest(rng, target, kernels),
      };
    },
  };
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
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const { state: next, info } = kernel.step(rng, state);
    state = next;
    if (sweep < SWEEPS - JUDGED) continue;
    height += ((info["log_likelihood"] ?? 0) + target.logPrior(state)) / JUDGED;
  }
  const { theta, gamma, z } = state;
  return { state: { ...state, theta: copy(theta), gamma: copy(gamma), z: z.slice() }, height };
}
