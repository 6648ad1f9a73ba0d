import { expect, test } from "vitest";
import { binomialCdf } from "../../../../src/math/binomial.ts";
import { binomial } from "../../../../src/math/random/binomial.ts";
import { createRng } from "../../../../src/math/rng.ts";
import { drawMany, momentScores, pearson } from "../../../helpers/variates.ts";

const N = 50_000;

test.each([
  [1, 0.3],
  [24, 0.4],
  [25, 0.5],
  [26, 0.03],
  [57, 0.97],
  [1000, 0.25],
  [1_000_000, 2e-6],
  [1_000_000, 0.6],
])("draws follow Binomial(%d, %d)", (trials, p) => {
  const draws = drawMany((rng) => binomial(rng, trials, p), N, 43);
  const { mean, variance } = momentScores(draws, trials * p, trials * p * (1 - p));
  expect(Math.abs(mean)).toBeLessThan(4);
  expect(Math.abs(variance)).toBeLessThan(4);
  const logOdds = Math.log(p / (1 - p));
  const sd = Math.sqrt(trials * p * (1 - p));
  const ends = [-1.5, -0.7, 0, 0.7, 1.5]
    .map((z) => Math.floor(trials * p + z * sd))
    .filter((end, c, all) => end >= 0 && end < trials && end !== all[c - 1]);
  const edges = [...ends, trials];
  const counts = edges.map(() => 0);
  for (const y of draws) {
    const at = edges.findIndex((end) => y <= end);
    counts[at] = counts[at]! + 1;
  }
  const reached = edges.map((end) => binomialCdf(end, trials, logOdds));
  const probabilities = reached.map((above, c) => above - (reached[c - 1] ?? 0));
  expect(draws.every((y) => Number.isInteger(y) && y >= 0 && y <= trials)).toBe(true);
  if (edges.length > 1) expect(pearson(counts, probabilities)).toBeGreaterThan(1e-3);
});

test("certain outcomes are certain; what is no probability gives NaN", () => {
  const rng = createRng(2);
  expect(binomial(rng, 1e6, 0)).toBe(0);
  expect(binomial(rng, 1e6, 1)).toBe(1e6);
  expect(binomial(rng, 5, 1)).toBe(5);
  expect(binomial(rng, 0, 0.5)).toBe(0);
  expect(binomial(rng, 5, 1.1)).toBeNaN();
  expect(binomial(rng, 5, Number.NaN)).toBeNaN();
});
