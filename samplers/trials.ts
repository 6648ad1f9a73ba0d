import type { Kernel } from "../src/core/kernel.ts";
import type { State, Target } from "../src/core/target.ts";
import { copy } from "../src/math/matrix.ts";
import type { Rng } from "../src/math/rng.ts";

/** Of a component: with fewer, a start finds its mode without trials. */
const FEWEST_PARAMETERS = 20;

/** Whether components have so many parameters that a start decides which mode a chain stays in. */
export function isWorthTrials({ capacity, expert, gate }: Target): boolean {
  return capacity > 1 && expert.dimension + gate.dimension >= FEWEST_PARAMETERS;
}

/** The end of the trial with the highest mean log posterior. */
export function highest(
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
