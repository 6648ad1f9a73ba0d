import { describe, expect, it } from "vitest";
import { createRng, uniform } from "../../src/math/rng.ts";
import { decide, STAGE_LEVEL, SUITE_FALSE_ALARM, TESTS_IN_SUITE } from "../helpers/decision.ts";
import { geweke } from "../helpers/geweke.ts";
import { expertParameters, only, together, withExact } from "../helpers/observables.ts";
import { jointQuantities, labelInvariant } from "../helpers/row-quantities.ts";
import { sbc } from "../helpers/sbc.ts";
import {
  autocorrelationTime,
  binomialTest,
  chiSquareTail,
  uniformityTest,
} from "../helpers/statistics.ts";
import { type ToyMistakes, toyKernel, toyTarget } from "../helpers/toy-target.ts";

const PRIOR_SD = 1.5;

function toyGeweke(mistakes: ToyMistakes) {
  const target = toyTarget(6, 2, PRIOR_SD);
  const observables = together(
    withExact(expertParameters(target), { mean: 0 }),
    withExact(jointQuantities(target), { "log f(y | z)": -0.5 * (1 + Math.log(2 * Math.PI)) }),
  );
  const kernel = toyKernel(target, mistakes);
  return decide((seed, effort) =>
    geweke(target, kernel, {
      chains: 16,
      sweeps: 1500 * effort,
      observables,
      seed,
      priorDraws: 20_000,
    }),
  );
}

function toySbc(mistakes: ToyMistakes) {
  const target = toyTarget(8, 2, PRIOR_SD);
  const observables = only(labelInvariant(target), [
    "log_likelihood",
    "predictive_mean",
    "K_filled",
  ]);
  const kernel = toyKernel(target, mistakes);
  return decide((seed, effort) =>
    sbc(target, kernel, {
      replicates: 300 * effort,
      draws: 31,
      bins: 16,
      warmup: 50,
      observables,
      seed,
    }),
  );
}

describe("the statistical harness", () => {
  it("keeps the right kernel of a toy mixture in Geweke's test", () => {
    const { rejected, report } = toyGeweke({});
    expect(rejected, report).toBe(false);
  });

  it.each([
    ["a variance that is too large", { sdFactor: 1.1 }],
    ["a variance that is too small", { sdFactor: 0.9 }],
    ["allocations from a tempered likelihood", { likelihoodPower: 0.7 }],
  ])("rejects %s in Geweke's test", (_, mistakes) => {
    const { rejected, report } = toyGeweke(mistakes);
    expect(rejected, report).toBe(true);
  });

  it("keeps the right kernel of a toy mixture in simulation-based calibration", () => {
    const { rejected, report } = toySbc({});
    expect(rejected, report).toBe(false);
  });

  it.each([
    ["a variance that is too large", { sdFactor: 2 }],
    ["a variance that is too small", { sdFactor: 0.5 }],
  ])("rejects %s in simulation-based calibration", (_, mistakes) => {
    const { rejected, report } = toySbc(mistakes);
    expect(rejected, report).toBe(true);
  });

  it("fails only if both stages reject, so that the suite's level adds up", () => {
    const evidence = (p: number) => [{ name: "a", p, detail: "" }];
    const seeds: number[] = [];
    const once = decide((seed, effort) => {
      seeds.push(seed);
      return evidence(effort === 1 ? 0 : 1);
    });
    expect(once.rejected).toBe(false);
    expect(new Set(seeds).size).toBe(2);
    expect(decide(() => evidence(Number.NaN)).rejected).toBe(true);
    expect(TESTS_IN_SUITE * STAGE_LEVEL ** 2).toBeCloseTo(SUITE_FALSE_ALARM, 12);
  });
});

describe("the tests of distributions", () => {
  it("has chi-square and binomial tails of textbook tables", () => {
    expect(chiSquareTail(11.0705, 5)).toBeCloseTo(0.05, 5);
    expect(binomialTest(2, 10, 0.5)).toBeCloseTo((2 * 56) / 1024, 12);
    expect(binomialTest(5, 10, 0.5)).toBe(1);
  });

  it("keeps uniform values and rejects squeezed ones by Kolmogorov's distance", () => {
    const rng = createRng(11);
    const values = Float64Array.from({ length: 400 }, () => uniform(rng));
    expect(uniformityTest("uniform", values).p).toBeGreaterThan(0.01);
    expect(
      uniformityTest(
        "squeezed",
        values.map((u) => 0.1 + 0.8 * u),
      ).p,
    ).toBeLessThan(0.01);
    // Critical value of Kolmogorov's limit law at 5 %: 1.3581.
    const grid = Float64Array.from({ length: 10_000 }, (_, i) => (i + 0.5) / 10_000);
    const shift = 1.3581 / 100;
    const shifted = grid.map((u) => Math.min(1, u + shift));
    expect(uniformityTest("shifted", shifted).p).toBeCloseTo(0.05, 2);
  });

  it("finds the autocorrelation time (1 + r) / (1 − r) of an autoregression", () => {
    const rng = createRng(12);
    let value = 0;
    const trace = Float64Array.from({ length: 20_000 }, () => {
      value = 0.8 * value + uniform(rng) - 0.5;
      return value;
    });
    expect(autocorrelationTime(trace)).toBeGreaterThan(7);
    expect(autocorrelationTime(trace)).toBeLessThan(11.5);
  });
});
