import { describe, expect, test } from "vitest";
import { countTest } from "../../../src/analysis/count-test.ts";
import { likelihoodRatioTest } from "../../../src/analysis/likelihood-ratio.ts";
import { fromFormula, type MaximizeOptions, maximize, tableFrom } from "../../../src/index.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";
import { chiSquaredUpper } from "../../../src/math/stdlib.ts";

/** y = −x, or of half of the rows y = 2x. */
function lines(n: number, experts: 1 | 2) {
  const rng = createRng(2, 77);
  const x = Array.from({ length: n }, () => 4 * uniform(rng) - 2);
  const other = x.map((v) => v * v + normal(rng));
  const y = x.map((v) => (uniform(rng) < 0.5 && experts === 2 ? 2 : -1) * v + 0.6 * normal(rng));
  return tableFrom({ x, y, other });
}

const model = fromFormula({ formula: "y ~ x", components: 1 });
const QUICK = { replicates: 19, workers: 1, maximum: { starts: 4, workers: 1 } } as const;

describe("a test of the number of experts", () => {
  test("finds two lines, and no third", async () => {
    const one = await countTest(model, lines(50, 2), { ...QUICK, components: 1 });
    expect(one.pValue).toBe(1 / 20);
    expect(one.components).toBe(1);
    const two = await countTest(model, lines(50, 2), { ...QUICK, components: 2 });
    expect(two.pValue).toBeGreaterThan(0.05);
    expect(two.logLikelihoods[0]).toBeCloseTo(one.logLikelihoods[1], 4);
  });

  test("finds one line where there is one, and counts what it says", async () => {
    const found = await countTest(model, lines(50, 1), { ...QUICK, components: 1 });
    const { statistic, pValue, simulated, logLikelihoods } = found;
    expect(pValue).toBeGreaterThan(0.05);
    expect(statistic).toBe(2 * (logLikelihoods[1] - logLikelihoods[0]));
    const larger = simulated.filter((one) => Number.isNaN(one) || one >= statistic).length;
    expect(pValue).toBe((1 + larger) / 20);
    expect(simulated.filter((one) => one < 0)).toHaveLength(0);
  });

  test("depends on its seed, not on workers nor on how many data sets there are", async () => {
    const table = lines(40, 1);
    const one = await countTest(model, table, { ...QUICK, replicates: 6 });
    expect(await countTest(model, table, { ...QUICK, replicates: 6, workers: 2 })).toEqual(one);
    const fewer = await countTest(model, table, { ...QUICK, replicates: 2 });
    expect(fewer.simulated).toEqual(one.simulated.slice(0, 2));
    const other = await countTest(model, table, { ...QUICK, replicates: 6, seed: 9 });
    expect(other.simulated).not.toEqual(one.simulated);
  });

  test("refuses what is no maximum of the likelihood, and data without a regular one", async () => {
    await expect(
      countTest(model, lines(40, 1), { maximum: { penalized: true, starts: 1 } }),
    ).rejects.toThrow("must be of maxima of the likelihood");
    const x = [1, 2, 3, 4, 5, 6];
    const exact = tableFrom({ x, y: [1, 2, 3, -4, -5, -6] });
    await expect(countTest(model, exact, QUICK)).rejects.toThrow(
      "the data must have a regular maximum with 2 experts to be tested",
    );
  });
});

describe("a likelihood-ratio test of nested models", () => {
  const maximumOf = (formula: string, more: MaximizeOptions = {}, rows = lines(120, 2)) =>
    maximize(fromFormula({ formula, components: 2 }), rows, { starts: 4, workers: 1, ...more });

  test("has the difference of log-likelihoods and of degrees of freedom, in either order", async () => {
    const [small, large] = [await maximumOf("y ~ x"), await maximumOf("y ~ x | x + other")];
    const found = likelihoodRatioTest(small, large);
    const gain = large.summary.logLikelihood - small.summary.logLikelihood;
    expect(found.statistic).toBeCloseTo(2 * gain, 12);
    // Of χ² with 2 degrees of freedom the upper tail is exp(−x / 2).
    expect(found.df).toBe(2);
    expect(found.pValue).toBeCloseTo(Math.exp(-gain), 12);
    expect(likelihoodRatioTest(large, small)).toEqual(found);
  });

  test("finds a term that is needed", async () => {
    const found = likelihoodRatioTest(await maximumOf("y ~ 1"), await maximumOf("y ~ x"));
    expect(found.pValue).toBeLessThan(1e-6);
  });

  test("refuses what is not nested", async () => {
    const two = await maximumOf("y ~ x");
    await expect(async () =>
      likelihoodRatioTest(two, await maximumOf("y ~ x", { components: 1 })),
    ).rejects.toThrow("use countTest");
    expect(() => likelihoodRatioTest(two, two)).toThrow("both have 7");
    await expect(async () =>
      likelihoodRatioTest(two, await maximumOf("y ~ x | x", {}, lines(60, 2))),
    ).rejects.toThrow("the same rows");
    await expect(async () =>
      likelihoodRatioTest(two, await maximumOf("y ~ other | other")),
    ).rejects.toThrow("they are not nested");
    await expect(async () =>
      likelihoodRatioTest(two, await maximumOf("y ~ x | x", { penalized: true })),
    ).rejects.toThrow("maxima of the likelihood");
  });
});

test("the upper tail of χ² keeps its digits", () => {
  expect(chiSquaredUpper(400, 2) / Math.exp(-200)).toBeCloseTo(1, 10);
  expect(chiSquaredUpper(0, 3)).toBe(1);
});
