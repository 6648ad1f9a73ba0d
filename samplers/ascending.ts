import { countPriorOf } from "../src/core/count.ts";
import type { Sampler } from "../src/core/kernel.ts";
import type { State, Target } from "../src/core/target.ts";
import type { Rng } from "../src/math/rng.ts";
import { allowedCounts, initializeWith, type RandomCountOptions } from "./initialize-count.ts";
import { composite } from "./reversible-jump.ts";
import { highest, isWorthTrials } from "./trials.ts";

/** How many of the fewest numbers of components are tried beside the chain's own start, by how many sweeps. */
const COUNTS = 3;
const SWEEPS = 60;

/**
 * The sweeps of `auto` from the best of trials with few components, by log posterior: one component too many costs prior
 * density, one too few is split. For models with so many parameters that the first split decides which mode a chain stays
 * in, and that a component seldom dies. Source: [green1995], [diebolt1994].
 */
export function ascending(options: RandomCountOptions = {}): Sampler {
  const plain = composite(options);
  return {
    ...plain,
    name: "ascending",
    compile(target) {
      countPriorOf(target, "ascending");
      const kernel = plain.compile(target);
      const init = isWorthTrials(target) ? best(options, target) : kernel.init;
      return { ...kernel, name: "ascending", init };
    },
  };
}

/** What a kernel learns in a trial is none of the chain's. */
function best(options: RandomCountOptions, target: Target): (rng: Rng) => State {
  return (rng) => {
    const few = allowedCounts(target).slice(0, COUNTS);
    const others = few.map((K) => ({
      ...composite(options).compile(target),
      init: (own: Rng) => initializeWith(own, target, K),
    }));
    return highest(rng, target, [composite(options).compile(target), ...others], () => SWEEPS);
  };
}
