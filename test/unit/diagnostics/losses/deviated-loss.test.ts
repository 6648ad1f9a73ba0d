import { describe, expect, test } from "vitest";
import {
  deviatedDensity,
  weightedDensity,
} from "../../../../diagnostics/losses/conditional-density.ts";
import { totalVariationAt } from "../../../../diagnostics/losses/density-distance.ts";
import {
  type DeviatedMeasure,
  deviatedCurve,
  distinguishableLoss,
  nonDistinguishableLoss,
} from "../../../../diagnostics/losses/deviated-loss.ts";
import type { WeightedMeasure } from "../../../../diagnostics/losses/measures.ts";
import { mixtureLoss } from "../../../../diagnostics/losses/mixture-loss.ts";

const A = { coefficients: [0.8, 1.5], sd: 0.5 };
const B = { coefficients: [-0.8, -1], sd: 0.7 };
const C = { coefficients: [0.3, 2], sd: 1 };
const TRUTH: DeviatedMeasure = { lambda: 0.5, mixture: { weights: [0.4, 0.6], experts: [A, B] } };
const only = (...experts: (typeof A)[]): WeightedMeasure => ({
  weights: experts.map(() => 1 / experts.length),
  experts,
});

/** What the known density is made of: one true expert, one and another, another alone, or the truth itself. */
const KNOWN: Readonly<Record<string, WeightedMeasure>> = {
  full: only(A),
  partial: only(A, C),
  none: only(C),
  equal: TRUTH.mixture,
};

const densityOf = ({ lambda, mixture }: DeviatedMeasure, known: WeightedMeasure) =>
  deviatedDensity(weightedDensity(known), lambda, weightedDensity(mixture));
const at = (x: number) => Float64Array.of(x);

describe.each(Object.keys(KNOWN))("a known density with overlap: %s", (name) => {
  const known = KNOWN[name]!;
  const curve = deviatedCurve(TRUTH, known);

  test("on the whole curve the density is the true one and the loss is zero", () => {
    for (let share = 0.01; share < 1; share += 0.07) {
      const lambda = curve.lower + share * (1 - curve.lower);
      const fit = { lambda, mixture: curve.at(lambda)! };
      expect(nonDistinguishableLoss(fit, TRUTH, known).value).toBeLessThan(1e-15);
      for (const x of [-0.7, 0.4]) {
        const distance = totalVariationAt(densityOf(fit, known), densityOf(TRUTH, known), at(x));
        expect(distance).toBeLessThan(1e-13);
      }
    }
  });

  test("below the curve there is nothing, and the loss grows with the distance from it", () => {
    const below = curve.lower - 0.1;
    if (below <= 0) return;
    expect(curve.at(below)).toBeUndefined();
    const near = (lambda: number) =>
      nonDistinguishableLoss({ lambda, mixture: TRUTH.mixture }, TRUTH, known);
    expect(near(below).outside).toBeGreaterThan(0.1 - 1e-12);
    expect(near(below).value).toBeGreaterThan(near(curve.lower - 0.01).value);
  });

  test("elsewhere it is more than zero, as the density is another", () => {
    const fit = { lambda: 0.8, mixture: only(A, C) };
    const distance = totalVariationAt(densityOf(fit, known), densityOf(TRUTH, known), at(0.3));
    expect(distance).toBeGreaterThan(1e-3);
    expect(nonDistinguishableLoss(fit, TRUTH, known).value).toBeGreaterThan(1e-3);
  });

  test("at the true share it is the share times the mixture's loss, where cells are the same", () => {
    const nudged = { coefficients: [0.81, 1.5], sd: 0.5 };
    const mixture = { weights: [0.45, 0.55], experts: [nudged, B] };
    const { value } = nonDistinguishableLoss({ lambda: 0.5, mixture }, TRUTH, known);
    expect(value).toBeCloseTo(0.5 * mixtureLoss(mixture, TRUTH.mixture).value, 13);
  });
});

test("how far down the curve goes: the least ratio of weights, by hand", () => {
  // 0.5 · 0.4 + (λ − 0.5) · 1 ≥ 0 from λ = 0.3 on.
  expect(deviatedCurve(TRUTH, only(A)).lower).toBeCloseTo(0.3, 14);
  expect(deviatedCurve(TRUTH, only(A, C)).lower).toBe(0.5);
  expect(deviatedCurve(TRUTH, only(C)).lower).toBe(0.5);
  expect(deviatedCurve(TRUTH, TRUTH.mixture).lower).toBeCloseTo(0, 14);
  const end = deviatedCurve(TRUTH, only(A)).at(0.3)!;
  expect(end.experts).toEqual([B]);
  expect(end.weights).toEqual([1]);
});

test("with too few atoms the curve shrinks to points", () => {
  const curve = deviatedCurve(TRUTH, only(C));
  expect(curve.within(3)).toEqual({ from: 0.5, to: 1 });
  expect(curve.within(2)).toEqual([0.5]);
  expect(curve.within(1)).toEqual([]);
  const overlapping = deviatedCurve(TRUTH, only(A)).within(1) as readonly number[];
  expect(overlapping).toHaveLength(1);
  expect(overlapping[0]).toBeCloseTo(0.3, 14);
  const fit = { lambda: 0.7, mixture: only(A, B) };
  expect(nonDistinguishableLoss(fit, TRUTH, only(C)).outside).toBeCloseTo(0.2, 14);
});

describe("a known density that is no mixture of the kind", () => {
  test("both errors count, that of the mixture by the shares", () => {
    const mixture = { weights: [0.5, 0.5], experts: [A, B] };
    const loss = distinguishableLoss({ lambda: 0.4, mixture }, TRUTH);
    expect(loss).toBeCloseTo(0.1 + 0.9 * 0.2, 14);
    expect(distinguishableLoss(TRUTH, TRUTH)).toBe(0);
  });

  test("without a share the mixture does not matter, and a loss without the shares as factor would see it", () => {
    const nothing = { lambda: 0, mixture: only(C) };
    expect(distinguishableLoss(nothing, { ...nothing, mixture: only(A) })).toBe(0);
    expect(mixtureLoss(only(C), only(A)).value).toBeGreaterThan(1);
  });

  test("a share outside [0, 1] is refused", () => {
    expect(() => distinguishableLoss({ ...TRUTH, lambda: 1.2 }, TRUTH)).toThrow(/got 1\.2/);
  });
});
