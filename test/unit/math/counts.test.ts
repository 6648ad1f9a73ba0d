import { describe, expect, test } from "vitest";
import { binomialCdf, logChoose } from "../../../src/math/binomial.ts";
import { logNegativeBinomial, negativeBinomialCdf } from "../../../src/math/negative-binomial.ts";
import { poissonCdf } from "../../../src/math/poisson-cdf.ts";
import { softplus } from "../../../src/math/softplus.ts";
import { logGamma } from "../../../src/math/stdlib.ts";

describe("the binomial distribution", () => {
  test.each([
    [1, 0],
    [7, -3],
    [7, 2.2],
    [300, 0.1],
    [300, -5],
    [300, 9],
  ])("has probabilities that are sums of masses: %d trials, log odds %d", (trials, logOdds) => {
    let sum = 0;
    for (let y = 0; y <= trials; y++) {
      sum += Math.exp(logChoose(trials, y) + y * logOdds - trials * softplus(logOdds));
      expect(Math.abs(binomialCdf(y, trials, logOdds) - sum)).toBeLessThan(2e-12);
      expect(binomialCdf(y + 0.7, trials, logOdds)).toBe(binomialCdf(y, trials, logOdds));
    }
    expect(sum).toBeCloseTo(1, 11);
  });

  test("is 0 below 0, 1 from the trials on, and NaN where its arguments mean nothing", () => {
    expect(binomialCdf(-1, 4, 0.3)).toBe(0);
    expect(binomialCdf(4, 4, 50)).toBe(1);
    expect(binomialCdf(3, 4, Number.NaN)).toBeNaN();
    expect(binomialCdf(Number.NaN, 4, 1)).toBeNaN();
    expect([-1, 0.5, 5].map((y) => logChoose(4, y))).toEqual(Array(3).fill(-Infinity));
    expect(logChoose(4, Number.NaN)).toBeNaN();
  });
});

describe("the negative binomial distribution", () => {
  const mass = (y: number, logMean: number, size: number) =>
    Math.exp(logNegativeBinomial(y, logMean, size, logGamma(y + 1)));

  test.each([
    [-4, 0.02],
    [0.3, 0.9],
    [2.5, 3],
    [4, 0.2],
    [4, 60],
    [6.2, 2e4],
    [3, 1e9],
  ])("has probabilities that are sums of masses: log mean %d, size %d", (logMean, size) => {
    let sum = 0;
    for (let y = 0; y < 1500; y++) {
      sum += mass(y, logMean, size);
      expect(Math.abs(negativeBinomialCdf(y, logMean, size) - sum)).toBeLessThan(1e-11);
    }
  });

  test("is the Poisson distribution in the limit, less 1 / size of the way", () => {
    const logMean = Math.log(12);
    for (const size of [1e6, 1e9, 1e12, 1e15, 1e80]) {
      for (const y of [0, 3, 12, 40]) {
        const poisson = y * logMean - 12 - logGamma(y + 1);
        const first = ((y - 12) ** 2 - y) / (2 * size);
        const found = logNegativeBinomial(y, logMean, size, logGamma(y + 1));
        // The next term is of order y³ / size².
        expect(Math.abs(found - poisson - first)).toBeLessThan(40 ** 3 / size ** 2 + 1e-13);
        expect(Math.abs(negativeBinomialCdf(y, logMean, size) - poissonCdf(y, 12))).toBeLessThan(
          100 / size + 1e-11,
        );
      }
    }
  });

  test("is NaN where its arguments mean nothing, 0 below 0, and 1 at infinity", () => {
    expect(negativeBinomialCdf(Number.NaN, 0, 1)).toBeNaN();
    expect(negativeBinomialCdf(2, Number.NaN, 1)).toBeNaN();
    expect(negativeBinomialCdf(2, 0, 0)).toBeNaN();
    expect(negativeBinomialCdf(-0.5, 0, 1)).toBe(0);
    expect(negativeBinomialCdf(Number.POSITIVE_INFINITY, 0, 1)).toBe(1);
  });
});
