import { expect, test } from "vitest";
import { normal } from "../../../../src/math/random/normal.ts";
import { normalCdf } from "../../../../src/math/stdlib.ts";
import { average, countScore, drawMany, fitTest, momentScores } from "../../../helpers/variates.ts";

const N = 1_000_000;
const draws = drawMany(normal, N, 11);

test("draws are standard normal by Kolmogorov's test", () => {
  expect(fitTest(draws, normalCdf).p).toBeGreaterThan(1e-3);
});

test("mean, variance, skewness and kurtosis are 0, 1, 0 and 3", () => {
  const { mean, variance } = momentScores(draws, 0, 1);
  expect(Math.abs(mean)).toBeLessThan(4);
  expect(Math.abs(variance)).toBeLessThan(4);
  // Var X³ = 15, Var X⁴ = 105 − 9.
  expect(Math.abs(average(draws, (x) => x ** 3)) * Math.sqrt(N / 15)).toBeLessThan(4);
  expect(Math.abs(average(draws, (x) => x ** 4) - 3) * Math.sqrt(N / 96)).toBeLessThan(4);
});

test.each([1, 2, 3, 3.6541528853610088, 4])("as many draws as due lie beyond ± %d", (bound) => {
  const tail = normalCdf(-bound);
  for (const sign of [-1, 1]) {
    const count = draws.reduce((sum, x) => sum + (sign * x > bound ? 1 : 0), 0);
    expect(Math.abs(countScore(count, N, tail))).toBeLessThan(4);
  }
});

test("draws beyond the base strip follow the tail of the normal law", () => {
  const start = 3.6541528853610088;
  const beyond = drawMany(normal, 8_000_000, 12).filter((x) => Math.abs(x) > start);
  expect(beyond.length).toBeGreaterThan(1500);
  const fit = fitTest(beyond, (x) => normalCdf(-Math.abs(x)) / normalCdf(-start));
  expect(fit.p).toBeGreaterThan(1e-3);
});

test("all 53 bits of a draw vary", () => {
  const distinct = new Set(draws.subarray(0, 200_000));
  expect(distinct.size).toBe(200_000);
});
