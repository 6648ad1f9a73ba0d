import { expect, test } from "vitest";
import { logRising, risingCurvature, risingSlope } from "../../../src/math/rising.ts";

/** Of size, which may be tiny: −log size for each factor but the first is apart. */
const bySum = (size: number, count: number): number => {
  let sum = 0;
  for (let j = count - 1; j > 0; j--) sum += Math.log1p(j / size);
  return sum;
};

const slopeBySum = (size: number, count: number): number => {
  let sum = 0;
  for (let j = count - 1; j > 0; j--) sum += j / (size + j);
  return sum;
};

const curvatureBySum = (size: number, count: number): number => {
  let sum = 0;
  for (let j = count - 1; j > 0; j--) sum += (j * size) / (size + j) ** 2;
  return sum;
};

const SIZES = [1e-12, 1e-3, 0.4, 1, 3.3, 15.9, 16, 120, 1e5, 1e10];
const COUNTS = [0, 1, 2, 15, 16, 17, 40, 3000, 100_000];
const cases = SIZES.flatMap((size) => COUNTS.map((count) => [size, count] as const));

test.each(cases)("sums over the factors below size %d, count %d", (size, count) => {
  const close = (found: number, exact: number, scale: number) =>
    expect(Math.abs(found - exact)).toBeLessThanOrEqual(scale * 4e-14);
  // A sum of so many terms of this size, each rounded, and the digits that cancel in count − size · (…).
  close(logRising(size, count), bySum(size, count), Math.abs(bySum(size, count)) + count * 1e-2);
  close(risingSlope(size, count), slopeBySum(size, count), count);
  close(risingCurvature(size, count), curvatureBySum(size, count), 4 * count);
});

test("a rising factorial goes over into a power as the size grows", () => {
  for (const count of [2, 100, 1e6]) {
    const first = (count * (count - 1)) / 2e14;
    expect(logRising(1e14, count) / first).toBeCloseTo(1, count > 1e5 ? 3 : 1);
    expect(logRising(1e300, count)).toBeLessThan(1e-9);
  }
});

test("tiny and huge sizes give numbers", () => {
  for (const size of [1e-300, 1e100]) {
    for (const count of [0, 1, 5, 1e6]) {
      for (const of of [logRising, risingSlope, risingCurvature]) {
        expect(Number.isFinite(of(size, count)), `${of.name} ${size} ${count}`).toBe(true);
      }
    }
  }
});
