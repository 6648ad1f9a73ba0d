import { expect, test } from "vitest";
import {
  approximateMaxima,
  exponentiateAndSum,
  scaleRows,
  shiftExponentiateAndSum,
} from "../../../src/math/blocks.ts";
import { fastExp } from "../../../src/math/exp.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng } from "../../../src/math/rng.ts";

const SIZE = 300;
const values = (scale: number): Float64Array[] => {
  const rng = createRng(4, scale);
  return [0, 1, 2].map(() => Float64Array.from({ length: SIZE }, () => scale * normal(rng)));
};
const largest = (of: readonly Float64Array[], i: number): number =>
  Math.max(...of.map((v) => v[i]!));

test.each([1, 1e6, 1e-6])("maxima are right within rounding at scale %s", (scale) => {
  const of = values(scale);
  const out = new Float64Array(SIZE);
  approximateMaxima(of, out);
  out.forEach((value, i) => {
    const size = Math.max(...of.map((v) => Math.abs(v[i]!)));
    // Two rounds of a sum and a difference of numbers up to twice as large.
    expect(Math.abs(value - largest(of, i))).toBeLessThanOrEqual(4 * size * 2 ** -52);
  });
});

test("a maximum of infinite entries is no number, so that nothing is made of it", () => {
  const out = new Float64Array(1);
  approximateMaxima([Float64Array.of(Number.NEGATIVE_INFINITY), Float64Array.of(1)], out);
  expect(out[0]).toBeNaN();
});

test("exponentials and what they add up to", () => {
  const of = values(3);
  const shift = Float64Array.from({ length: SIZE }, (_, i) => largest(of, i));
  const expected = of.map((v) => v.map((x, i) => fastExp(x - shift[i]!)));
  const sums = shift.map((_, i) => expected[0]![i]! + expected[1]![i]! + expected[2]![i]!);
  const [shifted, apart] = [of.map((v) => v.slice()), of.map((v) => v.slice())];
  const sum = new Float64Array(SIZE).fill(7);
  shiftExponentiateAndSum(shifted, shift, apart, sum);
  expect(apart).toEqual(expected);
  expect(shifted).toEqual(of.map((v) => v.map((x, i) => x - shift[i]!)));
  expect(sum).toEqual(sums);
  sum.fill(7);
  exponentiateAndSum(of, shift, sum);
  expect(of).toEqual(expected);
  expect(sum).toEqual(sums);
});

test("rows are scaled by their own factor", () => {
  const of = values(2);
  const factor = values(5)[0]!;
  const expected = of.map((v) => v.map((x, i) => x * factor[i]!));
  scaleRows(of, factor);
  expect(of).toEqual(expected);
});
