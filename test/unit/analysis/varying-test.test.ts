import { describe, expect, test } from "vitest";
import { convolvedKernel, ratioScale } from "../../../diagnostics/varying/ratio-scale.ts";
import { varying, varyingMoe } from "../../../models/varying.ts";
import { fitVarying } from "../../../src/analysis/varying.ts";
import { simulateVarying } from "../../../src/analysis/varying-simulate.ts";
import { testVarying } from "../../../src/analysis/varying-test.ts";
import type { CoefficientCurve } from "../../../src/core/varying-fit.ts";
import { selectRows } from "../../../src/data/table.ts";

describe("what makes a ratio a χ²", () => {
  test("the kernel's convolution with itself is the known polynomial", () => {
    for (const t of [0, 0.3, 1, 1.7, 2, 2.5]) {
      const known = t < 2 ? (3 / 160) * (2 - t) ** 3 * (t * t + 6 * t + 4) : 0;
      expect(convolvedKernel(t)).toBeCloseTo(known, 12);
      expect(convolvedKernel(-t)).toBeCloseTo(known, 12);
    }
  });

  test("r_K and c_K are those of [fan2001]", () => {
    const { scale, perWindow } = ratioScale();
    expect(scale).toBeCloseTo(2.1153, 4);
    expect(perWindow).toBeCloseTo(0.45, 12);
  });
});

const { table, model } = simulateVarying({ n: 300, seed: 3 });
const options = { bandwidth: 0.25, grid: 11 };
const { fit } = fitVarying(model, table, options);
const quick = { replicates: 0 };

describe("the null", () => {
  const values = (
    curves: readonly CoefficientCurve[],
    part: CoefficientCurve["part"],
    term: string,
  ) => curves.filter((curve) => curve.part === part && curve.term === term);

  test.each([
    ["experts", "z1", { experts: ["(Intercept)"] }],
    ["experts", "(Intercept)", { experts: ["z1"] }],
    ["gate", "x1", { gate: ["(Intercept)"] }],
    ["gate", "(Intercept)", { gate: ["x1"] }],
  ] as const)("of %s:%s is the hybrid model that says so", async (part, term, what) => {
    const found = await testVarying(fit, table, { ...quick, constant: [{ part, term }] });
    const hybrid = fitVarying(
      varyingMoe({ ...model, varying: varying("u", what) }),
      table,
      options,
    );
    // Profile likelihoods are climbed until a step promises 1e-8 or rounding of 1e-7 of them hides it.
    expect(found.nullLogLikelihood).toBeCloseTo(hybrid.fit.logLikelihood, 3);
    const theirs = values(hybrid.fit.curves, part, term);
    values(found.curves, part, term).forEach(({ value, varies }, k) => {
      expect(value[0]).toBeCloseTo(theirs[k]!.value[0]!, 2);
      expect(new Set(value.map((x) => x.toFixed(9))).size).toBe(1);
      expect(varies).toBe(false);
    });
    expect(found.logLikelihood).toBeCloseTo(fit.logLikelihood, 3);
  });

  test("of a hybrid holds what the hybrid does and more", async () => {
    const of = (experts: readonly string[]) =>
      fitVarying(varyingMoe({ ...model, varying: varying("u", { experts }) }), table, options).fit;
    const hybrid = of(["(Intercept)"]);
    const found = await testVarying(hybrid, table, { ...quick, constant: "experts" });
    expect(found.functions.length).toBe(2);
    expect(found.logLikelihood).toBeCloseTo(hybrid.logLikelihood, 3);
    expect(found.nullLogLikelihood).toBeCloseTo(of([]).logLikelihood, 3);
  });

  test("of everything is the ordinary mixture", async () => {
    const found = await testVarying(fit, table, quick);
    const nothing = varying("u", { experts: [], gate: [], dispersion: false });
    const { fit: plain } = fitVarying(varyingMoe({ ...model, varying: nothing }), table, options);
    expect(found.functions.length).toBe(4 + 2 + 2);
    expect(found.nullLogLikelihood).toBeCloseTo(plain.logLikelihood, 3);
  });

  test("of one component lies between those of none and of both", async () => {
    const [one, both] = await Promise.all(
      [[1], [1, 2]].map((components) =>
        testVarying(fit, table, {
          ...quick,
          constant: components.map((component) => ({ part: "experts", term: "z1", component })),
        }),
      ),
    );
    expect(one!.statistic).toBeGreaterThan(0);
    expect(one!.nullLogLikelihood).toBeGreaterThan(both!.nullLogLikelihood);
    expect(one!.chiSquared.df).toBeCloseTo(ratioScale().scale * 0.45 * 4, 9);
    expect(both!.chiSquared.df).toBeCloseTo(2 * one!.chiSquared.df, 9);
    const other = one!.curves.find(
      (c) => c.part === "experts" && c.term === "z1" && c.component === 2,
    )!;
    expect(other.varies).toBe(true);
  });
});

describe("a test", () => {
  const constant = [{ part: "experts", term: "z1", component: 1 }] as const;

  test("rejects what varies, by both calibrations", async () => {
    const found = await testVarying(fit, table, { constant, replicates: 19, workers: 1 });
    expect(found.bootstrap!.pValue).toBe(1 / 20);
    expect(found.bootstrap!.failures).toBe(0);
    expect(found.bootstrap!.error).toBeCloseTo(Math.sqrt((0.05 * 0.95) / 20), 12);
    expect(found.chiSquared.pValue).toBeLessThan(0.01);
    expect(found.pValue).toBe(found.bootstrap!.pValue);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  test("draws other replicates with another seed, the same on any number of threads", async () => {
    const [one, other] = await Promise.all(
      [1, 2].map((seed) => testVarying(fit, table, { constant, replicates: 2, seed, workers: 1 })),
    );
    const beside = { constant, replicates: 2, seed: 1, workers: 2 };
    expect(await testVarying(fit, table, beside)).toEqual(one);
    expect(one!.statistic).toBe(other!.statistic);
    expect(one!.bootstrap!.simulated).not.toEqual(other!.bootstrap!.simulated);
  });

  test.each([
    [{ constant: [{ part: "experts", term: "w" }] }, /experts:\(Intercept\), experts:z1/],
    [{ constant: [{ part: "gate", term: "x1", component: 1 }] }, /all components at once/],
    [{ constant: [{ part: "experts", component: 3 }] }, /one of the 2 experts.*got expert 3/],
    [{ constant: [] }, /must name functions/],
    [{ replicates: -1 }, /got -1/],
  ] as const)("refuses %j", async (bad, message) => {
    await expect(testVarying(fit, table, { ...quick, ...bad })).rejects.toThrow(message);
  });

  test("refuses another table, a coarse grid, and what does not vary anyway", async () => {
    const some = selectRows(
      table,
      Int32Array.from({ length: 299 }, (_, i) => i),
    );
    await expect(testVarying(fit, some, quick)).rejects.toThrow(/299 rows/);
    const coarse = fitVarying(model, table, { ...options, grid: 9 }).fit;
    await expect(testVarying(coarse, table, quick)).rejects.toThrow(/at least 10 points/);
    const what = varying("u", { dispersion: false });
    const hybrid = fitVarying(varyingMoe({ ...model, varying: what }), table, options).fit;
    const test = testVarying(hybrid, table, { ...quick, constant: "dispersion" });
    await expect(test).rejects.toThrow(/must name functions that vary/);
  });
});
