import { expect, test } from "vitest";
import { sliceSample } from "../../../../src/math/random/slice.ts";
import { createRng, type Rng } from "../../../../src/math/rng.ts";
import { gammaCdf, normalCdf } from "../../../../src/math/stdlib.ts";
import { drawMany, fitTest } from "../../../helpers/variates.ts";

/** Every tenth state of a chain: close to independent for these densities. */
function chain(logDensity: (x: number) => number, width: number, lower: number, upper: number) {
  let x = 0.5;
  return (rng: Rng): number => {
    for (let i = 0; i < 10; i++) x = sliceSample(rng, logDensity, x, width, lower, upper);
    return x;
  };
}

test.each([0.1, 2, 100])("leaves the normal law invariant with width %d", (width) => {
  const draws = drawMany(
    chain((x) => -0.5 * x * x, width, -Infinity, Infinity),
    10_000,
    71,
  );
  expect(fitTest(draws, normalCdf).p).toBeGreaterThan(1e-3);
});

test.each([0.3, 5])("leaves a gamma law on (0, ∞) invariant with width %d", (width) => {
  const draws = drawMany(
    chain((x) => 1.5 * Math.log(x) - x, width, 0, Infinity),
    10_000,
    72,
  );
  expect(fitTest(draws, (x) => gammaCdf(x, 2.5, 1)).p).toBeGreaterThan(1e-3);
});

test.each([0.05, 0.7, 10])("leaves a law on (0, 1) invariant with width %d", (width) => {
  const draws = drawMany(
    chain((x) => Math.log(x), width, 0, 1),
    10_000,
    73,
  );
  expect(fitTest(draws, (x) => x * x).p).toBeGreaterThan(1e-3);
});

test("never leaves the support, nor asks for the density outside of it", () => {
  const rng = createRng(74);
  const seen: number[] = [];
  const flat = (x: number) => {
    seen.push(x);
    return 0;
  };
  let x = 0.5;
  for (let i = 0; i < 1000; i++) x = sliceSample(rng, flat, x, 0.4, 0, 1);
  expect(seen.every((value) => value > 0 && value < 1)).toBe(true);
});

test("a density that is NaN, or 0 at the start, throws and says where", () => {
  const rng = createRng(75);
  expect(() => sliceSample(rng, () => Number.NaN, 1, 1)).toThrow("NaN at 1");
  expect(() => sliceSample(rng, () => -Infinity, 1, 1)).toThrow("-Infinity at 1");
  const nanElsewhere = (x: number) => (x === 1 ? 0 : Number.NaN);
  expect(() => sliceSample(rng, nanElsewhere, 1, 1)).toThrow("got NaN at");
});

test("ends where the slice is wider than any number of steps", () => {
  const rng = createRng(4, 1);
  // A tail that has not fallen by a million at the largest double.
  const logDensity = (x: number) => (x > 0 ? -1e6 : -2.5 * Math.log1p(x * x));
  let x = 1;
  for (let t = 0; t < 100; t++) x = sliceSample(rng, logDensity, x, 1);
  expect(Number.isFinite(x)).toBe(true);
});

test("keeps a density that its steps out do not span", () => {
  const standard = chain((x) => -0.5 * x * x, 0.03, -Infinity, Infinity);
  expect(fitTest(drawMany(standard, 3000, 3), normalCdf).p).toBeGreaterThan(1e-4);
});
