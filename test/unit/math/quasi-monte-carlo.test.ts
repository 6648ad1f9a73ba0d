import { describe, expect, test } from "vitest";
import { type Matrix, row } from "../../../src/math/matrix.ts";
import { latticeVector, primeUpTo, shiftedLattices } from "../../../src/math/quasi-monte-carlo.ts";

test("factors have no common divisor with n and differ, so that no two coordinates are one", () => {
  const z = latticeVector(1021, 6);
  expect(z[0]).toBe(1);
  expect(new Set(z).size).toBe(6);
  for (const factor of z) expect(factor % 1021).not.toBe(0);
});

test("the vector is no worse than that of every other choice of the second coordinate", () => {
  const n = 101;
  const B2 = (x: number) => x * x - x + 1 / 6;
  const error = (z: number) => {
    let total = 0;
    for (let i = 0; i < n; i++)
      total += (1 + 2 * Math.PI ** 2 * B2(i / n)) * (Math.PI ** 2 / 2) * B2(((i * z) % n) / n);
    return total;
  };
  const [, chosen] = latticeVector(n, 2);
  for (let z = 1; z < n; z++) expect(error(chosen!)).toBeLessThanOrEqual(error(z) + 1e-9);
});

test("primes", () => {
  expect([2, 10, 4096, 1024].map(primeUpTo)).toEqual([2, 7, 4093, 1021]);
});

const meanOf = (points: Matrix, f: (x: Float64Array) => number): number => {
  let total = 0;
  for (let i = 0; i < points.rows; i++) total += f(row(points, i));
  return total / points.rows;
};

describe.each([2, 3, 5])("in %d dimensions", (d) => {
  const product = (x: Float64Array) => x.reduce((value, u) => value * Math.exp(u), 1);
  const exact = (Math.E - 1) ** d;

  test("the mean of a smooth function is far better than that of as many random points", () => {
    const copies = shiftedLattices(4093, d, 8, 1).map((points) => meanOf(points, product));
    // The sd of one random point is exact · √(((e² − 1) / 2 / (e − 1)²)^d − 1), over √4093 for their mean.
    const random = exact * Math.sqrt((((Math.E ** 2 - 1) / 2 / (Math.E - 1) ** 2) ** d - 1) / 4093);
    for (const mean of copies) expect(Math.abs(mean - exact)).toBeLessThan(random / 30);
  });

  test("copies are shifted apart, the same for the same seed, and inside the cube", () => {
    const [a, b] = shiftedLattices(101, d, 2, 3);
    const [again] = shiftedLattices(101, d, 1, 3);
    expect(a).toEqual(again);
    expect(a).not.toEqual(b);
    expect(Math.min(...a!.data)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...a!.data)).toBeLessThanOrEqual(1);
  });
});
