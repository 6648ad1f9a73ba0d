import { expect, test } from "vitest";
import { gamma, logGammaVariate } from "../../../../src/math/random/gamma.ts";
import { createRng } from "../../../../src/math/rng.ts";
import { gammaCdf } from "../../../../src/math/stdlib.ts";
import { digamma } from "../../../helpers/digamma.ts";
import { average, drawMany, fitTest, momentScores } from "../../../helpers/variates.ts";

const N = 100_000;

test.each([0.05, 0.3, 0.999, 1, 2.5, 40, 500])("draws follow Gamma(%d)", (shape) => {
  const draws = drawMany((rng) => gamma(rng, shape), N, 31);
  expect(fitTest(draws, (x) => gammaCdf(x, shape, 1)).p).toBeGreaterThan(1e-3);
  const { mean, variance } = momentScores(draws, shape, shape);
  expect(Math.abs(mean)).toBeLessThan(4);
  expect(Math.abs(variance)).toBeLessThan(4);
  const kurtosis = average(draws, (x) => (x - shape) ** 4);
  const eighth = average(draws, (x) => (x - shape) ** 8);
  const exact = 3 * shape ** 2 + 6 * shape;
  const error = Math.sqrt((eighth - exact ** 2) / N);
  expect(Math.abs(kurtosis - exact) / error).toBeLessThan(4);
});

test.each([1e-8, 1e-3, 0.3, 1, 7])("the logarithm of a draw has mean digamma(%d)", (shape) => {
  const draws = drawMany((rng) => logGammaVariate(rng, shape), N, 32);
  const mean = digamma(shape);
  const variance = average(draws, (x) => (x - mean) ** 2);
  expect(Math.abs(average(draws, (x) => x) - mean) / Math.sqrt(variance / N)).toBeLessThan(4);
});

test("shape × the logarithm of a draw is nearly minus an exponential for a tiny shape", () => {
  const draws = drawMany((rng) => -1e-7 * logGammaVariate(rng, 1e-7), N, 33);
  expect(fitTest(draws, (x) => -Math.expm1(-x)).p).toBeGreaterThan(1e-3);
});

test("a draw is never 0 or infinite, however small the shape", () => {
  const draws = drawMany((rng) => gamma(rng, 1e-3), 10_000, 34);
  expect(draws.every((x) => x > 0 && x < 100)).toBe(true);
});

test("a shape that is not positive gives NaN", () => {
  for (const shape of [0, -1, Number.NaN]) {
    expect(gamma(createRng(1), shape)).toBeNaN();
    expect(logGammaVariate(createRng(1), shape)).toBeNaN();
  }
});
