import type { Kernel } from "../../src/core/kernel.ts";
import { createRng } from "../../src/math/rng.ts";
import type { Observables } from "./observables.ts";
import { type Evidence, known, moments, welch } from "./statistics.ts";

export interface PosteriorMeansOptions {
  readonly chains: number;
  readonly warmup: number;
  readonly sweeps: number;
  /** With the exact posterior expectations as what is expected. */
  readonly observables: Observables;
  readonly seed: number;
}

/** Whether the means of independent chains on fixed data agree with exact posterior expectations. */
export function posteriorMeans(kernel: Kernel, options: PosteriorMeansOptions): Evidence[] {
  const { observables, chains } = options;
  const means = Array.from({ length: chains }, (_, chain) => chainMeans(kernel, options, chain));
  return observables.names.map((name, j) => {
    const exact = observables.expected[j];
    if (exact === undefined) throw new Error(`the exact expectation of ${name} must be given`);
    return welch(name, moments(means.map((mean) => mean[j]!)), known(exact));
  });
}

function chainMeans(
  kernel: Kernel,
  { observables, warmup, sweeps, seed }: PosteriorMeansOptions,
  chain: number,
): Float64Array {
  const rng = createRng(seed, chain);
  const values = new Float64Array(observables.names.length);
  const total = new Float64Array(values.length);
  let state = kernel.init(rng);
  for (let sweep = -warmup; sweep < sweeps; sweep++) {
    state = kernel.step(rng, state).state;
    if (sweep < 0) continue;
    observables.observe(state, values);
    for (let j = 0; j < total.length; j++) total[j]! += values[j]!;
  }
  return total.map((sum) => sum / sweeps);
}
