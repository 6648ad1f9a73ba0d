import fc from "fast-check";
import { expect, test } from "vitest";
import {
  cholesky,
  solveCholesky,
  solveLower,
  solveLowerTransposed,
} from "../../../src/math/cholesky.ts";

// The textbook example, whose factor is whole.
const A = [4, 12, -16, 12, 37, -43, -16, -43, 98];
const FACTOR = [2, 0, 0, 6, 1, 0, -8, 5, 3];

function lower(a: Float64Array, d: number): number[] {
  return Array.from(a, (value, at) => (at % d <= Math.floor(at / d) ? value : 0));
}

test("factors a matrix whose factor is whole, and leaves what is above the diagonal alone", () => {
  const a = Float64Array.from(A);
  expect(cholesky(a, 3)).toBe(true);
  expect(lower(a, 3)).toEqual(FACTOR);
  expect([a[1], a[2], a[5]]).toEqual([12, -16, -43]);
});

test("reads the lower triangle only", () => {
  const a = Float64Array.from(A, (value, at) => (at % 3 > Math.floor(at / 3) ? Number.NaN : value));
  expect(cholesky(a, 3)).toBe(true);
  expect(lower(a, 3)).toEqual(FACTOR);
});

test("says no to matrices that are not positive definite, or not numbers", () => {
  const bad = [
    [1, 2, 2, 1],
    [1, 1, 1, 1],
    [0, 0, 0, 1],
    [-1, 0, 0, 1],
    [Number.NaN, 0, 0, 1],
    [1, 0, Number.NaN, 1],
    [Infinity, 0, 0, 1],
    [1, 0, 0, Infinity],
  ];
  for (const a of bad) expect(cholesky(Float64Array.from(a), 2)).toBe(false);
});

test("solves with the factor, its transpose and the matrix", () => {
  const L = Float64Array.from(FACTOR);
  const b = Float64Array.of(2, 7, 0);
  solveLower(L, 3, b);
  expect([...b]).toEqual([1, 1, 1]);
  const c = Float64Array.of(0, 6, 3);
  solveLowerTransposed(L, 3, c);
  expect([...c]).toEqual([1, 1, 1]);
  const x = Float64Array.of(0, 6, 39); // A (1, 1, 1)'
  solveCholesky(L, 3, x);
  expect([...x]).toEqual([1, 1, 1]);
});

test("solving undoes multiplying for random well-conditioned matrices", () => {
  const d = 5;
  const entries = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
    minLength: d * d + d,
    maxLength: d * d + d,
  });
  fc.assert(
    fc.property(entries, (values) => {
      const x = values.slice(d * d);
      const a = new Float64Array(d * d);
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < d; j++) {
          for (let k = 0; k < d; k++) a[i * d + j]! += values[i * d + k]! * values[j * d + k]!;
        }
        a[i * d + i]! += 1;
      }
      const b = Float64Array.from(x, (_, i) =>
        x.reduce((sum, value, j) => sum + a[i * d + j]! * value, 0),
      );
      expect(cholesky(a, d)).toBe(true);
      solveCholesky(a, d, b);
      // Condition number ≤ 26, so 1e-13 is far above the rounding.
      for (let i = 0; i < d; i++) expect(Math.abs(b[i]! - x[i]!)).toBeLessThan(1e-13);
    }),
    { seed: 91, numRuns: 200 },
  );
});
