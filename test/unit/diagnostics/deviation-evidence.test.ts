import { describe, expect, it } from "vitest";
import { deviationEvidence, logIntegratedShare } from "../../../diagnostics/deviation-evidence.ts";
import { categorical } from "../../../src/math/random/categorical.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng } from "../../../src/math/rng.ts";
import { logGamma } from "../../../src/math/stdlib.ts";

const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);

describe("the share integrated out", () => {
  it("is exact where every ratio is 1, 0 or very large", () => {
    expect(logIntegratedShare(new Float64Array(30), 1, 1)).toBeCloseTo(0, 10);
    const none = new Float64Array(30).fill(Number.NEGATIVE_INFINITY);
    expect(logIntegratedShare(none, 1, 1)).toBeCloseTo(-Math.log(31), 9);
    expect(logIntegratedShare(none, 2, 1.5)).toBeCloseTo(logBeta(2, 31.5) - logBeta(2, 1.5), 9);
    const large = new Float64Array(500).fill(250);
    const expected = 500 * 250 + logBeta(501, 1) - logBeta(1, 1);
    expect(logIntegratedShare(large, 1, 1)).toBeCloseTo(expected, 6);
  });

  it.each([1, 8, 400])("agrees with a fine sum for %i rows", (n) => {
    const rng = createRng(n);
    const ratios = Float64Array.from({ length: n }, () => 1.5 * normal(rng) - 0.3);
    const steps = 20_000;
    const values = Float64Array.from({ length: steps }, (_, j) => {
      const lambda = (j + 0.5) / steps;
      const likelihood = ratios.reduce((sum, r) => sum + Math.log1p(lambda * Math.expm1(r)), 0);
      return likelihood + Math.log(lambda) + 0.5 * Math.log1p(-lambda) - logBeta(2, 1.5);
    });
    const most = values.reduce((a, b) => Math.max(a, b));
    const sum = values.reduce((total, value) => total + Math.exp(value - most), 0);
    expect(logIntegratedShare(ratios, 2, 1.5)).toBeCloseTo(most + Math.log(sum / steps), 6);
  });
});

it("of draws from a posterior with one unknown number the Bayes factor is the exact one", () => {
  // Known: N(0, 1); mixture: N(θ, 1), θ ~ N(0, 1) on a grid, so that posterior and evidence are sums.
  const y = [0.3, -1.2, 0.8, 0.4, 2.1, -0.5];
  const grid = Array.from({ length: 401 }, (_, j) => (j - 200) / 40);
  const ratiosAt = (theta: number) =>
    Float64Array.from(y, (value) => theta * value - theta ** 2 / 2);
  const prior = grid.map((theta) => Math.exp(-(theta ** 2) / 2));
  const priorTotal = prior.reduce((a, b) => a + b, 0);
  const weights = grid.map(
    (theta, j) => prior[j]! * Math.exp(logIntegratedShare(ratiosAt(theta), 1, 1)),
  );
  const total = weights.reduce((a, b) => a + b, 0);
  const evidence = total / priorTotal;

  const chains = [1, 2, 3, 4].map((chain) => {
    const own = createRng(7, chain);
    return Array.from({ length: 2000 }, () =>
      ratiosAt(grid[categorical(own, Float64Array.from(weights), total)]!),
    );
  });
  const { logBayesFactor, mcse, paretoK } = deviationEvidence(chains, { a: 1, b: 1 });
  expect(Math.abs(logBayesFactor + Math.log(evidence))).toBeLessThan(4 * mcse);
  expect(mcse).toBeLessThan(0.05);
  expect(paretoK).toBeLessThan(0.7);
});
