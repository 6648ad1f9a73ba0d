import { expect, test } from "vitest";
import type { WeightedMeasure } from "../../../../diagnostics/losses/measures.ts";
import {
  gatedWasserstein,
  mixtureWasserstein,
} from "../../../../diagnostics/losses/wasserstein.ts";
import { createRng, uniform } from "../../../../src/math/rng.ts";
import { randomMeasure, reordered, split, TRUTH, translated } from "./plain-voronoi.ts";

const rng = createRng(23);
const ORDERS = [
  { intercept: 1, slopes: 1, variance: 1 },
  { intercept: 2, slopes: 2, variance: 2 },
  { intercept: 6, slopes: 2, variance: 3 },
] as const;

function randomMixture(K: number): WeightedMeasure {
  const { experts } = randomMeasure(rng, K, 0, 1);
  const raw = experts.map(() => uniform(rng));
  const total = raw.reduce((a, b) => a + b, 0);
  return { weights: raw.map((value) => value / total), experts };
}

test.each(ORDERS)("orders %j make a metric", (orders) => {
  const distance = (a: WeightedMeasure, b: WeightedMeasure) =>
    mixtureWasserstein(a, b, orders).value;
  for (let trial = 0; trial < 60; trial++) {
    const [a, b, c] = [2, 3, 4].map(randomMixture) as [
      WeightedMeasure,
      WeightedMeasure,
      WeightedMeasure,
    ];
    expect(distance(a, b)).toBeCloseTo(distance(b, a), 12);
    expect(distance(a, a)).toBe(0);
    expect(distance(a, c)).toBeLessThanOrEqual(distance(a, b) + distance(b, c) + 1e-12);
    expect(distance(a, b)).toBeGreaterThan(1e-3);
  }
});

test("by hand: half of the mass moves by 2 in the intercept", () => {
  const at = (...intercepts: number[]): WeightedMeasure => ({
    weights: intercepts.map(() => 1 / intercepts.length),
    experts: intercepts.map((b) => ({ coefficients: [b, 0], sd: 1 })),
  });
  const orders = { intercept: 2, slopes: 2, variance: 2 };
  const { value, plan, gap } = mixtureWasserstein(at(0, 5), at(2, 5), orders);
  expect(value).toBeCloseTo(Math.SQRT2, 14);
  expect(plan).toEqual([
    [0.5, 0],
    [0, 0.5],
  ]);
  expect(gap).toBeLessThan(1e-12);
});

test("a split atom costs the power of its coordinate, to the root of the largest", () => {
  const halves = (delta: number): WeightedMeasure => ({
    weights: [0.5, 0.5],
    experts: [delta, -delta].map((a) => ({ coefficients: [0, a], sd: 1 })),
  });
  const one: WeightedMeasure = { weights: [1], experts: [{ coefficients: [0, 0], sd: 1 }] };
  const { value } = mixtureWasserstein(halves(0.3), one, { intercept: 4, slopes: 2, variance: 2 });
  expect(value).toBeCloseTo(0.3 ** (2 / 4), 12);
});

test("of gated measures: aligned first, so that translations and copies cost nothing", () => {
  const orders = { gate: 2, intercept: 2, slopes: 2, variance: 2 };
  const distance = (fit: typeof TRUTH) => gatedWasserstein(fit, TRUTH, orders).value;
  const moved = translated(split(TRUTH, 1, {}), 2, [-3]);
  // Masses differ by rounding, 1e-16, of which the root is 1e-8.
  expect(distance(moved)).toBeLessThan(1e-7);
  const other = randomMeasure(rng, 3, 1, 1);
  expect(distance(translated(other, 1, [4]))).toBeCloseTo(distance(other), 9);
  expect(distance(reordered(other, [1, 2, 0]))).toBeCloseTo(distance(other), 9);
  expect(distance(split(TRUTH, 0, { slope: 0.1 }))).toBeCloseTo(
    0.1 * Math.sqrt(Math.exp(0.3) / (1 + Math.exp(0.3))),
    9,
  );
});

test("orders that make no distance are refused", () => {
  const one = randomMixture(1);
  const orders = { intercept: 0.5, slopes: 0.5, variance: 0.5 };
  expect(() => mixtureWasserstein(one, one, orders)).toThrow(/largest 1 or more; got 0\.5/);
});
