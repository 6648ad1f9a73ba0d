import { describe, expect, test } from "vitest";
import { matrix, row } from "../../../src/math/matrix.ts";
import { powerDistance, powerMedian, weightedMedian } from "../../../src/math/power-median.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";

const rng = createRng(11);

function randomSum(n: number, q: number, powers: readonly number[]) {
  const points = matrix(n, q);
  for (let c = 0; c < points.data.length; c++) points.data[c] = normal(rng);
  return {
    points,
    weight: Float64Array.from({ length: n }, () => uniform(rng)),
    power: Float64Array.from({ length: n }, (_, i) => powers[i % powers.length]!),
  };
}

test("the weighted median is no worse than any of the values", () => {
  for (let trial = 0; trial < 200; trial++) {
    const n = 1 + (trial % 6);
    const x = Float64Array.from({ length: n }, () => Math.round(4 * normal(rng)));
    const weight = Float64Array.from({ length: n }, () => uniform(rng));
    const sum = (t: number) =>
      x.reduce((total, value, i) => total + weight[i]! * Math.abs(value - t), 0);
    const least = Math.min(...x.map(sum));
    expect(sum(weightedMedian(x, weight))).toBeLessThanOrEqual(least * (1 + 1e-14));
  }
});

test("of two medians the greater is taken, and a value without weight never", () => {
  expect(weightedMedian(Float64Array.of(3, 1, 9), Float64Array.of(1, 1, 0))).toBe(3);
});

test("squared distances are least at the mean, distances on a line at the median", () => {
  const points = matrix(3, 2, Float64Array.of(0, 0, 3, 0, 0, 6));
  const weight = Float64Array.of(1, 1, 2);
  const mean = powerMedian({ points, weight, power: Float64Array.of(2, 2, 2) });
  expect(mean.point[0]).toBeCloseTo(0.75, 12);
  expect(mean.point[1]).toBeCloseTo(3, 12);
  const onLine = matrix(3, 1, Float64Array.of(0, 10, 11));
  const median = powerMedian({
    points: onLine,
    weight: Float64Array.of(1, 1, 1),
    power: Float64Array.of(1, 1, 1),
  });
  expect(median.point[0]).toBe(10);
  expect(median.value).toBe(11);
});

test("the geometric median of a triangle sees its sides under 120 degrees", () => {
  const points = matrix(3, 2, Float64Array.of(0, 0, 4, 0, 1, 3));
  const ones = Float64Array.of(1, 1, 1);
  const { point, gap } = powerMedian({ points, weight: ones, power: ones });
  const units = [0, 1, 2].map((i) => {
    const d = row(points, i).map((value, c) => value - point[c]!);
    const length = Math.hypot(...d);
    return d.map((value) => value / length);
  });
  for (const [a, b] of [
    [0, 1],
    [1, 2],
    [0, 2],
  ] as const) {
    expect(units[a]![0]! * units[b]![0]! + units[a]![1]! * units[b]![1]!).toBeCloseTo(-0.5, 9);
  }
  expect(gap).toBeLessThan(1e-9);
});

test("a heavy point of power 1 is itself the answer", () => {
  const points = matrix(3, 2, Float64Array.of(0, 0, 4, 0, 1, 3));
  const sum = { points, weight: Float64Array.of(5, 1, 1), power: Float64Array.of(1, 1, 1) };
  expect([...powerMedian(sum).point]).toEqual([0, 0]);
  expect(powerMedian(sum).gap).toBe(0);
});

describe.each([
  [1, [1]],
  [1, [1, 4]],
  [2, [2, 4]],
  [2, [1]],
  [3, [1, 2, 6]],
  [2, [8]],
] as const)("in dimension %d with powers %j", (q, powers) => {
  test("nothing near or far is lower by more than the gap, which is small", () => {
    for (let trial = 0; trial < 40; trial++) {
      const sum = randomSum(2 + (trial % 5), q, powers);
      const { point, value, gap } = powerMedian(sum);
      expect(value).toBe(powerDistance(sum, point));
      expect(gap).toBeLessThan(1e-12 * (1 + value));
      for (let probe = 0; probe < 60; probe++) {
        const size = 10 ** (-probe / 10);
        const other = point.map((x) => x + size * normal(rng));
        expect(powerDistance(sum, other)).toBeGreaterThanOrEqual(value - gap - 1e-14 * (1 + value));
      }
    }
  });
});

test("on an interval the least of the interval is found", () => {
  const sum = {
    points: matrix(2, 1, Float64Array.of(0, 4)),
    weight: Float64Array.of(1, 1),
    power: Float64Array.of(2, 2),
  };
  expect(powerMedian(sum, 3, 9).point[0]).toBe(3);
  expect(powerMedian(sum, -5, 1).point[0]).toBeCloseTo(1, 14);
  expect(powerMedian(sum, 5, 9)).toMatchObject({ value: 26 });
});

test("equal points cost nothing, whatever the power", () => {
  for (const power of [1, 2, 4]) {
    const points = matrix(2, 2, Float64Array.of(1, 2, 1, 2));
    const sum = { points, weight: Float64Array.of(1, 3), power: Float64Array.of(power, power) };
    expect(powerMedian(sum)).toMatchObject({ value: 0, gap: 0 });
  }
});
