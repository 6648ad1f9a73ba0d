import fc from "fast-check";
import { expect, test } from "vitest";
import { ascendingOrder } from "../../../src/math/radix-order.ts";

test("the order of any doubles is that of a stable comparison sort", () => {
  const value = fc.oneof(
    fc.double({ noNaN: true }),
    fc.constantFrom(0, 1, -1, Number.MIN_VALUE, -Number.MIN_VALUE, Infinity, -Infinity),
  );
  fc.assert(
    fc.property(fc.array(value), (values) => {
      const x = Float64Array.from(values, (v) => v + 0);
      const expected = Int32Array.from(x.keys()).sort((a, b) =>
        x[a]! < x[b]! ? -1 : x[a]! > x[b]! ? 1 : a - b,
      );
      expect(ascendingOrder(x)).toEqual(expected);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("a view into a longer array is ordered by its own values", () => {
  const x = Float64Array.of(9, 3, -2, 1, 8).subarray(1, 4);
  expect(ascendingOrder(x)).toEqual(Int32Array.of(1, 2, 0));
});
