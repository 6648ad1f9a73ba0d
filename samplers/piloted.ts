import type { Kernel, Sampler } from "../src/core/kernel.ts";
import type { State, Target } from "../src/core/target.ts";
import { copy } from "../src/math/matrix.ts";
import type { Rng } from "../src/math/rng.ts";
import { type GibbsOptions, gibbs } from "./gibbs.ts";
import type { Start } from "./initialize.ts";
import {
  allowedCounts,
  countStarts,
  initializeWith,
  type RandomCountOptions,
} from "./initialize-count.ts";
import { composite } from "./reversible-jump.ts";

/** Starts that are tried beside the chain's own. */
const OTHERS: readonly Start[] = ["em", "kmeans", "prior"];
/** Sweeps of a trial: one for every two parameters, at most so many; its height is averaged over the last third. */
const MOST_SWEEPS = 60;
const PARAMETERS_A_SWEEP = 2;
/** Of a component: with fewer, a start finds its mode without trials. */
const FEWEST_PARAMETERS = 20;
/** With a random number of components: how many of the fewest are tried beside the chain's own start, by how many sweeps. */
const COUNTS = 3;
const SWEEPS_OF_COUNT = 60;

/**
 * Sampling that tries four starts for a few sweeps and goes on from where the log posterior was highest, by Gibbs sweeps or,
 * with a random number of components, by those of `auto` (the other starts have one, two and three components; one too many
 * costs prior density, one too few is split): for models with so many parameters that a start, or the first
 * split that is accepted, decides which of several modes a chain stays in. Source: [diebolt1994].
 */
export function piloted(options: GibbsOptions | RandomCountOptions = {}): Sampler {
  const isOfCount = options.start !== undefined && countStarts.some((one) => one === options.start);
  // Both know the same options; which starts there are depends on the model.
  if (!isOfCount) gibbs(options as GibbsOptions);
  return {
    name: "piloted",
    reference: "[diebolt1994]",
    options: { ...options },
    compile(target) {
      return typeof target.components === "number"
        ? fromStarts(options as GibbsOptions, target)
        : upwards(options as RandomCountOptions, target);
    },
  };
}

function fromStarts(options: GibbsOptions, target: Target): Kernel {
  const kernel = gibbs(options).compile(target);
  const own = options.start ?? "kmeans";
  const kernels = [own, ...OTHERS].map((start) => gibbs({ ...options, start }).compile(target));
  const init = (rng: Rng): State =>
    highest(rng, target, kernels, ({ theta, gamma }) => {
      const parameters = theta.data.length + gamma.data.length;
      return Math.min(MOST_SWEEPS, Math.ceil(parameters / PARAMETERS_A_SWEEP));
    });
  return { ...kernel, name: "piloted", init: isWorthTrials(target) ? init : kernel.init };
}

function upwards(options: RandomCountOptions, target: Target): Kernel {
  const kernel = composite(options).compile(target);
  // What a kernel learns in a trial is none of the chain's.
  const init = (rng: Rng): State => {
    const few = allowedCounts(target).slice(0, COUNTS);
    const others = few.map((K) => ({
      ...composite(options).compile(target),
      init: (own: Rng) => initializeWith(own, target, K),
    }));
    const trials = [composite(options).compile(target), ...others];
    return highest(rng, target, trials, () => SWEEPS_OF_COUNT);
  };
  return { ...kernel, name: "piloted", init: isWorthTrials(target) ? init : kernel.init };
}

function isWorthTrials({ capacity, expert, gate }: Target): boolean {
  return capacity > 1 && expert.dimension + gate.dimension >= FEWEST_PARAMETERS;
}

/** The end of the trial with the highest mean log posterior. */
function highest(
  rng: Rng,
  target: Target,
  kernels: readonly Kernel[],
  sweepsFrom: (start: State) => number,
): State {
  let best: State | undefined;
  let top = Number.NEGATIVE_INFINITY;
  for (const kernel of kernels) {
    const { state, height } = trial(rng, target, kernel, sweepsFrom);
    if (best !== undefined && !(height > top)) continue;
    top = height;
    best = state;
  }
  return best!;
}

function trial(
  rng: Rng,
  target: Target,
  kernel: Kernel,
  sweepsFrom: (start: State) => number,
): { state: State; height: number } {
  let state = kernel.init(rng);
  let height = 0;
  const sweeps = sweepsFrom(state);
  const judged = Math.ceil(sweeps / 3);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const { state: next, info } = kernel.step(rng, state, true);
    state = next;
    if (sweep < sweeps - judged) continue;
    height += ((info["log_likelihood"] ?? 0) + target.logPrior(state)) / judged;
  }
  const { theta, gamma, z } = state;
  return { state: { ...state, theta: copy(theta), gamma: copy(gamma), z: z.slice() }, height };
}
