import { createRng, type Rng } from "../../src/math/rng.ts";
import { chiSquareTail, type Evidence, uniformityTest } from "./statistics.ts";

/** Something that makes one draw. */
export type Variate = (rng: Rng) => number;

/** n draws of the stream (seed, 0). */
export function drawMany(variate: Variate, n: number, seed: number): Float64Array {
  const rng = createRng(seed, 0);
  return Float64Array.from({ length: n }, () => variate(rng));
}

/** Kolmogorov's test that draws have the continuous distribution function `cdf`. */
export function fitTest(draws: Float64Array, cdf: (x: number) => number): Evidence {
  return uniformityTest("fit", draws.map(cdf));
}

/** (estimate − truth) / standard error for the mean and the variance, errors from the draws. */
export function momentScores(draws: Float64Array, mean: number, variance: number) {
  const n = draws.length;
  const second = average(draws, (x) => (x - mean) ** 2);
  const fourth = average(draws, (x) => (x - mean) ** 4);
  return {
    mean: (average(draws, (x) => x) - mean) / Math.sqrt(variance / n),
    variance: (second - variance) / Math.sqrt((fourth - second * second) / n),
  };
}

/** The mean of f over the draws. */
export function average(draws: Float64Array, f: (x: number) => number): number {
  let sum = 0;
  for (const x of draws) sum += f(x);
  return sum / draws.length;
}

/** How many standard deviations `count` is from its mean under Binomial(n, p). */
export function countScore(count: number, n: number, p: number): number {
  return (count - n * p) / Math.sqrt(n * p * (1 - p));
}

/** p-value of Pearson's test that counts have these probabilities. */
export function pearson(counts: readonly number[], probabilities: readonly number[]): number {
  const total = counts.reduce((a, b) => a + b, 0);
  const x = counts.reduce((sum, count, k) => {
    const expected = total * probabilities[k]!;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
  return chiSquareTail(x, counts.length - 1);
}
