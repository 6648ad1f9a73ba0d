import type { Move } from "../../src/core/kernel.ts";
import type { State, Target } from "../../src/core/target.ts";
import { createRng, type Rng, uniform } from "../../src/math/rng.ts";
import type { Observables } from "./observables.ts";
import { autocorrelationTime, binomialTest, chiSquareTail, type Evidence } from "./statistics.ts";

export interface SbcOptions {
  readonly replicates: number;
  /** Draws that a rank is taken among, after thinning: a rank is in 0 … draws. */
  readonly draws: number;
  readonly warmup: number;
  readonly observables: Observables;
  readonly seed: number;
  /** Bins of the chi-square test; must divide draws + 1. */
  readonly bins: number;
}

const PILOT_SWEEPS = 2000;
const PILOT_STREAM = 2_000_000;

/**
 * Simulation-based calibration: over data drawn from the prior, the rank of the true value among posterior draws is
 * uniform. Chains start from another prior draw. Ties are broken at random; draws are thinned by the pilot's
 * autocorrelation time. Source: [talts2018]; envelope of the ranks' distribution function: [sailynoja2022].
 */
export function sbc(target: Target, kernel: Move, options: SbcOptions): Evidence[] {
  const { observables, replicates, seed } = options;
  const thin = pilotThinning(target, kernel, options);
  const ranks = observables.names.map(() => new Int32Array(replicates));
  for (let replicate = 0; replicate < replicates; replicate++) {
    const rank = replicateRanks(target, kernel, options, createRng(seed, replicate), thin);
    rank.forEach((value, j) => {
      ranks[j]![replicate] = value;
    });
  }
  return observables.names.flatMap((name, j) => [
    rankHistogramTest(`${name}, histogram of ranks (thin ${thin})`, ranks[j]!, options),
    rankEnvelopeTest(`${name}, envelope of ranks (thin ${thin})`, ranks[j]!, options.draws),
  ]);
}

/** Sweeps between draws that leave the slowest observable nearly uncorrelated. */
function pilotThinning(target: Target, kernel: Move, { observables, seed }: SbcOptions): number {
  const rng = createRng(seed, PILOT_STREAM);
  let state = target.samplePrior(rng);
  target.simulate(rng, state);
  const values = new Float64Array(observables.names.length);
  const traces = observables.names.map(() => new Float64Array(PILOT_SWEEPS));
  for (let sweep = 0; sweep < PILOT_SWEEPS; sweep++) {
    state = kernel.step(rng, state).state;
    observables.observe(state, values);
    traces.forEach((trace, j) => {
      trace[sweep] = values[j]!;
    });
  }
  return Math.ceil(Math.max(...traces.map(autocorrelationTime)));
}

/** Ranks of the true observables among the draws of one chain, ties broken uniformly. */
function replicateRanks(
  target: Target,
  kernel: Move,
  { observables, draws, warmup }: SbcOptions,
  rng: Rng,
  thin: number,
): number[] {
  const truth = target.samplePrior(rng);
  target.simulate(rng, truth);
  const size = observables.names.length;
  const wanted = new Float64Array(size);
  observables.observe(truth, wanted);
  const values = new Float64Array(size);
  const below = new Int32Array(size);
  const tied = new Int32Array(size);
  let state: State = target.samplePrior(rng);
  for (let sweep = 0; sweep < warmup; sweep++) state = kernel.step(rng, state).state;
  for (let draw = 0; draw < draws; draw++) {
    for (let sweep = 0; sweep < thin; sweep++) state = kernel.step(rng, state).state;
    observables.observe(state, values);
    for (let j = 0; j < size; j++) {
      if (values[j]! < wanted[j]!) below[j] = below[j]! + 1;
      else if (values[j] === wanted[j]) tied[j] = tied[j]! + 1;
    }
  }
  return Array.from(below, (count, j) => count + Math.floor(uniform(rng) * (tied[j]! + 1)));
}

/** Pearson's chi-square of the ranks in equal bins. */
function rankHistogramTest(name: string, ranks: Int32Array, options: SbcOptions): Evidence {
  const { bins, draws } = options;
  const width = (draws + 1) / bins;
  if (!Number.isInteger(width))
    throw new Error(`bins must divide draws + 1; got ${bins}, ${draws}`);
  const counts = new Float64Array(bins);
  for (const rank of ranks) counts[Math.floor(rank / width)]! += 1;
  const expected = ranks.length / bins;
  const chi = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return { name, p: chiSquareTail(chi, bins - 1), detail: `chi-square ${chi.toFixed(1)}` };
}

/** The largest excursion of the ranks' distribution function, by exact binomial tails and Bonferroni over the ranks. */
function rankEnvelopeTest(name: string, ranks: Int32Array, draws: number): Evidence {
  const counts = new Int32Array(draws + 1);
  for (const rank of ranks) counts[rank] = counts[rank]! + 1;
  let below = 0;
  let smallest = 1;
  let at = 0;
  for (let rank = 0; rank < draws; rank++) {
    below += counts[rank]!;
    const p = binomialTest(below, ranks.length, (rank + 1) / (draws + 1));
    if (p < smallest) {
      smallest = p;
      at = rank;
    }
  }
  const detail = `furthest from the diagonal at rank ${at} of ${draws}`;
  return { name, p: Math.min(1, smallest * draws), detail };
}
