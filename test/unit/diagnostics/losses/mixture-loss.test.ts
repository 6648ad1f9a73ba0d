import { describe, expect, test } from "vitest";
import type { Covariates } from "../../../../diagnostics/losses/covariates.ts";
import { functionalGateLoss } from "../../../../diagnostics/losses/functional-gate-loss.ts";
import type { WeightedMeasure } from "../../../../diagnostics/losses/measures.ts";
import { mixtureLoss } from "../../../../diagnostics/losses/mixture-loss.ts";
import { createRng } from "../../../../src/math/rng.ts";
import { coshPair, randomMeasure, reordered, split, TRUTH, translated } from "./plain-voronoi.ts";

const LINE: Covariates = { kind: "uniform", lower: [-1], upper: [1] };

const G: WeightedMeasure = {
  weights: [0.4, 0.6],
  experts: [
    { coefficients: [0.8, 1.5], sd: 0.5 },
    { coefficients: [-0.8, -1], sd: 0.7 },
  ],
};

const apart = (delta: readonly [number, number, number]): WeightedMeasure => ({
  weights: [0.4, 0.3, 0.3],
  experts: [
    G.experts[0]!,
    ...[1, -1].map((sign) => ({
      coefficients: [-0.8 + sign * delta[0], -1 + sign * delta[1]],
      sd: Math.sqrt(0.49 + sign * delta[2]),
    })),
  ],
});

describe("the loss of mixtures with constant weights", () => {
  test("is zero at the truth, its copies and another order, and nowhere else", () => {
    for (const mode of ["exact", "strong", "published", "refined"] as const) {
      expect(mixtureLoss(G, G, mode).value).toBe(0);
      expect(mixtureLoss(apart([0, 0, 0]), G, mode).value).toBeLessThan(1e-15);
      const other = { weights: [0.6, 0.4], experts: [G.experts[1]!, G.experts[0]!] };
      expect(mixtureLoss(other, G, mode).value).toBe(0);
      expect(mixtureLoss({ ...G, weights: [0.5, 0.5] }, G, mode).value).toBeCloseTo(0.2, 14);
      expect(mixtureLoss(apart([0.1, 0, 0]), G, mode).value).toBeGreaterThan(1e-5);
    }
  });

  test("has the powers of its mode: intercept, slope, variance", () => {
    const rate = (mode: "strong" | "published" | "refined", which: number) => {
      const at = (size: number) => {
        const delta = [0, 0, 0] as [number, number, number];
        delta[which] = size;
        return mixtureLoss(apart(delta), G, mode).value;
      };
      return Math.log2(at(0.1) / at(0.05));
    };
    expect([0, 1, 2].map((c) => Math.round(1e6 * rate("strong", c)) / 1e6)).toEqual([2, 2, 2]);
    for (const mode of ["refined", "published"] as const) {
      expect(Math.round(1e6 * rate(mode, 0)) / 1e6).toBe(4);
      expect(Math.round(1e6 * rate(mode, 2)) / 1e6).toBe(2);
      expect(Math.round(1e6 * rate(mode, 1)) / 1e6).toBe(2);
    }
  });

  test("slopes count squared in a cell of three, where the gated loss as published has them cubed", () => {
    const three = (delta: number): WeightedMeasure => ({
      weights: [0.4, 0.2, 0.2, 0.2],
      experts: [
        G.experts[0]!,
        ...[-1, 0, 1].map((sign) => ({ coefficients: [-0.8, -1 + sign * delta], sd: 0.7 })),
      ],
    });
    const value = mixtureLoss(three(0.1), G).value;
    expect(value).toBeCloseTo(0.4 * 0.1 ** 2, 12);
  });

  test("weights that do not sum to 1, or are negative, are refused", () => {
    expect(() => mixtureLoss({ ...G, weights: [0.5, 0.4] }, G)).toThrow(/sum to 0\.9/);
    expect(() => mixtureLoss(G, { ...G, weights: [1.5, -0.5] })).toThrow(/weight 2 is -0\.5/);
  });
});

describe("the functional gate loss", () => {
  const loss = (fit: typeof TRUTH, truth = TRUTH) => functionalGateLoss(fit, truth, LINE).value;
  const OTHER = randomMeasure(createRng(8), 3, 1, 1);

  test("does not see translations of either gate, nor the order of atoms", () => {
    const moved = functionalGateLoss(translated(OTHER, 3, [-2]), translated(TRUTH, -1, [5]), LINE);
    expect(moved.value).toBeCloseTo(loss(OTHER), 8);
    expect(loss(reordered(OTHER, [2, 0, 1]), reordered(TRUTH, [1, 0]))).toBeCloseTo(loss(OTHER), 8);
  });

  test("is zero at the truth, at copies, and where gate slopes hide in a common factor", () => {
    for (const fit of [TRUTH, split(TRUTH, 1, {}), coshPair(TRUTH, 1.3)]) {
      expect(loss(fit)).toBeLessThan(1e-14);
    }
    expect(loss(split(TRUTH, 0, { gate: 1 }))).toBeGreaterThan(1e-2);
  });

  test("by hand: gates that are logistic functions, experts equal", () => {
    const steeper = { ...TRUTH, gate: [{ intercept: 0.3, slopes: [2] }, TRUTH.gate[1]!] };
    const logistic = (t: number) => 1 / (1 + Math.exp(-t));
    let total = 0;
    const n = 200_000;
    for (let i = 0; i < n; i++) {
      const x = -1 + (2 * (i + 0.5)) / n;
      total += (2 * Math.abs(logistic(0.3 + 2 * x) - logistic(0.3 + 1.2 * x))) / n;
    }
    const found = functionalGateLoss(steeper, TRUTH, LINE);
    expect(found.value).toBeCloseTo(total, 8);
    expect(found.error).toBeLessThan(1e-8);
    expect(found.experts).toBe(0);
  });

  test("at points it is a weighted mean over them", () => {
    const points: Covariates = { kind: "points", points: [[-1], [0.5]], weights: [1, 3] };
    const one = (x: number) =>
      functionalGateLoss(OTHER, TRUTH, { kind: "points", points: [[x]] }, "exact").value;
    const both = functionalGateLoss(OTHER, TRUTH, points, "exact");
    // Linear in the law of x while cells stay and gaps of the gate keep their sign within a point.
    expect(both.value).toBeCloseTo(one(-1) / 4 + (3 * one(0.5)) / 4, 12);
    expect(both.error).toBe(0);
  });
});
