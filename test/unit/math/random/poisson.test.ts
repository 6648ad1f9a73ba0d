import { expect, test } from "vitest";
import { poissonCdf } from "../../../../src/math/poisson-cdf.ts";
import { poisson } from "../../../../src/math/random/poisson.ts";
import { createRng } from "../../../../src/math/rng.ts";
import { normalCdf } from "../../../../src/math/stdlib.ts";
import { drawMany, fitTest, momentScores, pearson } from "../../../helpers/variates.ts";

const N = 100_000;

/** The end of each class of counts: each has at least 2000 expected draws, the last one all that is beyond. */
function classes(mean: number): number[] {
  const ends: number[] = [];
  let reached = 0;
  for (let y = 0; N * (1 - poissonCdf(y, mean)) >= 2000; y++) {
    if (N * (poissonCdf(y, mean) - reached) < 2000) continue;
    ends.push(y);
    reached = poissonCdf(y, mean);
  }
  return [...ends, Number.POSITIVE_INFINITY];
}

test.each([0.03, 0.7, 4, 9.9, 10, 10.5, 37.3, 400, 20_000])("draws follow Poisson(%d)", (mean) => {
  const draws = drawMany((rng) => poisson(rng, mean), N, 41);
  const { mean: first, variance } = momentScores(draws, mean, mean);
  expect(Math.abs(first)).toBeLessThan(4);
  expect(Math.abs(variance)).toBeLessThan(4);
  const ends = classes(mean);
  const counts = ends.map(() => 0);
  for (const y of draws) {
    const at = ends.findIndex((end) => y <= end);
    counts[at] = counts[at]! + 1;
  }
  const probabilities = ends.map((end, c) => {
    const above = end === Number.POSITIVE_INFINITY ? 1 : poissonCdf(end, mean);
    return above - (c === 0 ? 0 : poissonCdf(ends[c - 1]!, mean));
  });
  expect(pearson(counts, probabilities)).toBeGreaterThan(1e-3);
});

test("draws with a huge mean are whole numbers that follow the normal limit", () => {
  const mean = 1e12;
  const draws = drawMany((rng) => poisson(rng, mean), 20_000, 42);
  expect(draws.every(Number.isInteger)).toBe(true);
  expect(fitTest(draws, (y) => normalCdf((y - mean) / 1e6)).p).toBeGreaterThan(1e-3);
});

test("a mean of 0 gives 0, however it is rounded to it; one that is no number ≥ 0 gives NaN", () => {
  const rng = createRng(1);
  expect(poisson(rng, 0)).toBe(0);
  expect(poisson(rng, 1e-320)).toBe(0);
  expect(poisson(rng, -1)).toBeNaN();
  expect(poisson(rng, Number.NaN)).toBeNaN();
});
