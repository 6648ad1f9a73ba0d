import { expect, test } from "vitest";
import { climb } from "../../../src/math/climb.ts";

test.each([
  ["near", 1.5, 1],
  ["far to the left", -4000, 0.1],
  ["far to the right, in large steps", 900, 50],
])("finds the peak of a parabola from %s", (_, start, step) => {
  expect(climb((x) => -((x - 2) ** 2), start, step)).toBeCloseTo(2, 6);
});

test("finds a peak at the edge of what is possible", () => {
  const f = (x: number) => (x >= 1 && x <= 3 ? -((x - 7) ** 2) : Number.NEGATIVE_INFINITY);
  expect(climb(f, 1.2, 0.5)).toBeCloseTo(3, 6);
  expect(f(climb(f, 1.2, 0.5))).toBeGreaterThan(Number.NEGATIVE_INFINITY);
});

test("finds a peak that is no parabola", () => {
  // (1 − e^−x) − x / 4 is highest at log 4.
  expect(climb((x) => 1 - Math.exp(-x) - x / 4, -3, 1)).toBeCloseTo(Math.log(4), 6);
});

test("ends on a function that rises for ever", () => {
  expect(climb((x) => x, 0, 1)).toBeGreaterThan(1e15);
});
