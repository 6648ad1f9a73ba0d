import { expect, test } from "vitest";
import {
  centralMoment,
  mean,
  standardDeviation,
  sum,
  variance,
} from "../../../src/math/moments.ts";

const vector = (...values: number[]) => Float64Array.from(values);

test("moments of a few whole numbers are exact", () => {
  const x = vector(2, 4, 4, 4, 5, 5, 7, 9);
  expect(sum(x)).toBe(40);
  expect(mean(x)).toBe(5);
  expect(variance(x)).toBe(32 / 7);
  expect(standardDeviation(x)).toBe(Math.sqrt(32 / 7));
  expect(centralMoment(x, 4)).toBe((81 + 1 + 1 + 1 + 0 + 0 + 16 + 256) / 8);
});

test.each([0.1, 1 / 3, 1e300, -7.7e-200])(
  "equal values of %d have that mean and no variance",
  (value) => {
    const x = new Float64Array(1003).fill(value);
    expect(mean(x)).toBe(value);
    expect(variance(x)).toBe(0);
  },
);

test("a large offset costs no accuracy", () => {
  expect(variance(vector(1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16))).toBe(30);
});

test("the mean keeps infinities and NaN; a single value has no variance", () => {
  expect(mean(vector(1, Infinity))).toBe(Infinity);
  expect(mean(vector(Infinity, -Infinity))).toBeNaN();
  expect(variance(vector(3))).toBeNaN();
  expect(mean(vector())).toBeNaN();
});
