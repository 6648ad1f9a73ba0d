import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  averageRanks,
  hasNaN,
  mad,
  median,
  quantile,
  quantileSorted,
  sorted,
} from "../../../src/math/order.ts";

const vector = (...values: number[]) => Float64Array.from(values);
/** Few distinct values, so that ties are common; infinities and both zeros. */
const tied = fc
  .array(fc.constantFrom(-Infinity, -1.5, -0, 0, 1e-300, 2, 2.5, Infinity), { minLength: 1 })
  .map((values) => Float64Array.from(values));

describe("quantiles", () => {
  test("interpolate between order statistics as R's type 7", () => {
    const x = vector(10, 1, 4, 2);
    expect([0, 0.1, 0.25, 0.5, 0.9, 1].map((p) => quantile(x, p))).toEqual([
      1, 1.3, 1.75, 3, 8.200000000000001, 10,
    ]);
  });

  test("are infinite, not NaN, between equal infinities", () => {
    expect(quantile(vector(-Infinity, -Infinity, 0, 1), 0.1)).toBe(-Infinity);
  });

  test("are NaN if a value is NaN or there are none", () => {
    expect(quantile(vector(1, NaN, 3), 0.1)).toBeNaN();
    expect(quantileSorted(vector(), 0.5)).toBeNaN();
    expect(median(vector(1, NaN))).toBeNaN();
    expect(median(vector())).toBeNaN();
  });

  test("leave the values in their order", () => {
    const x = vector(3, 1, 2);
    quantile(x, 0.5);
    mad(x);
    expect(x).toEqual(vector(3, 1, 2));
  });
});

test("the median is the middle value, or the mean of the two middle ones", () => {
  expect(median(vector(5, 1, 3))).toBe(3);
  expect(median(vector(5, 1, 3, 100))).toBe(4);
});

test("the mad is 1.4826 times the median distance from the median, as in R", () => {
  // Median 2; distances 1, 1, 0, 0, 2, 4, 7.
  expect(mad(vector(1, 1, 2, 2, 4, 6, 9))).toBeCloseTo(1.4826 * 1, 15);
});

describe("ranks", () => {
  test("are 1 to n for distinct values", () => {
    expect(averageRanks(vector(0.3, -2, 7, 1))).toEqual(vector(2, 1, 4, 3));
  });

  test("of equal values are the mean of those they share", () => {
    expect(averageRanks(vector(2, 1, 2, 2, 0))).toEqual(vector(4, 2, 4, 4, 1));
  });

  test("of any values are the number below plus half of one more than the number of equals", () => {
    fc.assert(
      fc.property(tied, (x) => {
        const ranks = averageRanks(x);
        x.forEach((value, i) => {
          const below = x.filter((other) => other < value).length;
          const equal = x.filter((other) => other === value).length;
          expect(ranks[i]).toBe(below + (equal + 1) / 2);
        });
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test("of arbitrary doubles sort them", () => {
    fc.assert(
      fc.property(fc.float64Array({ noNaN: true, maxLength: 60 }), (x) => {
        const ascending = sorted(x);
        averageRanks(x).forEach((rank, i) => {
          expect(ascending[Math.floor(rank) - 1]! + 0).toBe(x[i]! + 0);
        });
      }),
      { seed: 2, numRuns: 300 },
    );
  });
});

test("a NaN is found wherever it is", () => {
  expect(hasNaN(vector(1, 2, NaN))).toBe(true);
  expect(hasNaN(vector(1, Infinity))).toBe(false);
});
