import { expect, test } from "vitest";
import { applyRule, gaussLegendre, integrateAdaptively } from "../../../src/math/quadrature.ts";

const relative = (tolerance: number) => (value: number) => tolerance * Math.abs(value);

test.each([1, 2, 5, 12, 40])(
  "the rule of %d nodes is exact to degree 2n − 1, and no further",
  (n) => {
    const rule = gaussLegendre(n);
    for (let degree = 0; degree < 2 * n; degree++) {
      const exact = degree % 2 === 0 ? 2 / (degree + 1) : 0;
      expect(applyRule(rule, (x) => x ** degree, -1, 1)).toBeCloseTo(exact, 13);
    }
    // What is missed at degree 2n is 2^(2n + 1) (n!)^4 / ((2n + 1) (2n)!²).
    let missed = 2 / (2 * n + 1);
    for (let k = 1; k <= n; k++) missed *= (2 * k * k) ** 2 / (2 * k * (2 * k - 1)) ** 2;
    missed *= 1;
    const found = 2 / (2 * n + 1) - applyRule(rule, (x) => x ** (2 * n), -1, 1);
    if (missed > 1e-10) expect(found / missed).toBeCloseTo(1, 4);
  },
);

test("over another interval", () => {
  expect(applyRule(gaussLegendre(12), Math.exp, 1, 2)).toBeCloseTo(Math.E * Math.E - Math.E, 13);
});

test("kinks and a narrow peak are found, and the error is not underrated", () => {
  const kink = integrateAdaptively((x) => Math.abs(x - 0.3), -1, 1, relative(1e-12));
  expect(kink.value).toBeCloseTo((1.3 ** 2 + 0.7 ** 2) / 2, 12);
  const peak = integrateAdaptively((x) => Math.exp(-0.5 * (x / 0.01) ** 2), -1, 1, relative(1e-10));
  expect(peak.value).toBeCloseTo(0.01 * Math.sqrt(2 * Math.PI), 11);
  const step = integrateAdaptively((x) => (x > 0.3 ? 1 : 0), 0, 1, relative(1e-9));
  expect(Math.abs(step.value - 0.7)).toBeLessThanOrEqual(step.error);
  expect(step.error).toBeLessThan(1e-8);
});

test("zero needs no pieces", () => {
  expect(integrateAdaptively(() => 0, 0, 1, relative(1e-9))).toEqual({ value: 0, error: 0 });
});

test("noise is not chased below what is allowed", () => {
  let calls = 0;
  const noisy = (x: number) => {
    calls++;
    return Math.sin(1e9 * x) * 1e-15;
  };
  integrateAdaptively(noisy, 0, 1, (value) => 1e-9 * Math.abs(value) + 1e-14);
  expect(calls).toBe(36);
});
