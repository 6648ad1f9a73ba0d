import { SamplerError } from "../src/core/errors.ts";
import type { Sampler } from "../src/core/kernel.ts";
import type { State } from "../src/core/target.ts";
import { type GibbsOptions, gibbs } from "./gibbs.ts";
import type { Start } from "./initialize.ts";
import { highest, isWorthTrials } from "./trials.ts";

/** Starts that are tried beside the chain's own. */
const OTHERS: readonly Start[] = ["em", "kmeans", "prior"];
/** Sweeps of a trial: one for every two parameters, at most so many; its height is averaged over the last third. */
const MOST_SWEEPS = 60;
const PARAMETERS_A_SWEEP = 2;

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
          "piloted needs a fixed number of components; the model has a prior on it. Use ascending, auto, reversible-jump or mfm",
        );
      }
      const kernel = plain.compile(target);
      const own = options.start ?? "kmeans";
      const kernels = [own, ...OTHERS].map((start) => gibbs({ ...options, start }).compile(target));
      return {
        ...kernel,
        name: "piloted",
        init: isWorthTrials(target)
          ? (rng) => highest(rng, target, kernels, sweepsFrom)
          : kernel.init,
      };
    },
  };
}

function sweepsFrom({ theta, gamma }: State): number {
  const parameters = theta.data.length + gamma.data.length;
  return Math.min(MOST_SWEEPS, Math.ceil(parameters / PARAMETERS_A_SWEEP));
}
