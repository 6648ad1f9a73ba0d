import { expect, test } from "vitest";
import { exponential } from "../../../../src/math/random/exponential.ts";
import { average, countScore, drawMany, fitTest, momentScores } from "../../../helpers/variates.ts";

const N = 1_000_000;
const draws = drawMany(exponential, N, 21);

test("draws are exponential by Kolmogorov's test", () => {
  expect(fitTest(draws, (x) => -Math.expm1(-x)).p).toBeGreaterThan(1e-3);
});

test("mean and variance are 1 and the fourth moment is 24", () => {
  const { mean, variance } = momentScores(draws, 1, 1);
  expect(Math.abs(mean)).toBeLessThan(4);
  expect(Math.abs(variance)).toBeLessThan(4);
  // Var X⁴ = 8! − 24².
  expect(Math.abs(average(draws, (x) => x ** 4) - 24) * Math.sqrt(N / 39744)).toBeLessThan(4);
});

test.each([1, 4, 7.69711747013105, 9])("as many draws as due lie beyond %d", (bound) => {
  const count = draws.reduce((sum, x) => sum + (x > bound ? 1 : 0), 0);
  expect(Math.abs(countScore(count, N, Math.exp(-bound)))).toBeLessThan(4);
});

test("draws beyond the base strip are exponential from there on", () => {
  const start = 7.69711747013105;
  const beyond = drawMany(exponential, 4_000_000, 22).filter((x) => x > start);
  expect(beyond.length).toBeGreaterThan(1500);
  expect(fitTest(beyond, (x) => -Math.expm1(start - x)).p).toBeGreaterThan(1e-3);
});

test("draws are positive and finite", () => {
  expect(draws.every((x) => x > 0 && x < 60)).toBe(true);
});
