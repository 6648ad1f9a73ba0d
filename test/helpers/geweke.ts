import type { Move } from "../../src/core/kernel.ts";
import type { State, Target } from "../../src/core/target.ts";
import { createRng } from "../../src/math/rng.ts";
import type { Observables } from "./observables.ts";
import { type Evidence, known, type Moments, moments, welch } from "./statistics.ts";

export interface GewekeOptions {
  readonly chains: number;
  readonly sweeps: number;
  readonly observables: Observables;
  readonly seed: number;
  /** Independent draws from the prior that estimate the expectations not known in closed form. */
  readonly priorDraws: number;
}

const PRIOR_STREAM = 1_000_000;

/**
 * Geweke's joint test: chains that alternate the kernel and a new data set must keep the joint prior.
 * Every chain starts from the prior and is thus in equilibrium throughout, so the chains' means are independent
 * and unbiased; Welch's t compares them with exact prior expectations, or with independent draws. Source: [geweke2004].
 */
export function geweke(target: Target, kernel: Move, options: GewekeOptions): Evidence[] {
  const { observables, chains } = options;
  const size = observables.names.length;
  const means = Array.from({ length: chains }, (_, chain) =>
    successiveConditional(target, kernel, options, chain),
  );
  const reference = priorMoments(target, options);
  const evidence: Evidence[] = [];
  for (let j = 0; j < size; j++) {
    const name = observables.names[j]!;
    const exact = observables.expected[j];
    const sample = moments(means.map((mean) => mean[j]!));
    if (exact === undefined) {
      evidence.push(welch(name, sample, reference[j]!));
    } else {
      evidence.push(welch(name, sample, known(exact)));
      evidence.push(welch(`${name} under the prior`, reference[j]!, known(exact)));
    }
  }
  return evidence;
}

/** Means of the observables, after the kernel and before the data are drawn anew, in one chain. */
function successiveConditional(
  target: Target,
  kernel: Move,
  { observables, sweeps, seed }: GewekeOptions,
  chain: number,
): Float64Array {
  const rng = createRng(seed, chain);
  const total = new Float64Array(observables.names.length);
  const values = new Float64Array(total.length);
  let state: State = target.samplePrior(rng);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    target.simulate(rng, state);
    state = kernel.step(rng, state).state;
    observables.observe(state, values);
    for (let j = 0; j < total.length; j++) total[j]! += values[j]!;
  }
  return total.map((sum) => sum / sweeps);
}

/** Moments of the observables over independent draws of parameters, allocations and data. */
function priorMoments(target: Target, options: GewekeOptions): Moments[] {
  const { observables, priorDraws, seed } = options;
  const rng = createRng(seed, PRIOR_STREAM);
  const values = new Float64Array(observables.names.length);
  const columns = observables.names.map(() => new Float64Array(priorDraws));
  for (let draw = 0; draw < priorDraws; draw++) {
    const state = target.samplePrior(rng);
    target.simulate(rng, state);
    observables.observe(state, values);
    for (let j = 0; j < columns.length; j++) columns[j]![draw] = values[j]!;
  }
  return columns.map(moments);
}
