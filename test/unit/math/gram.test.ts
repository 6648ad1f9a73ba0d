import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  addGramReference,
  addGramSquare,
  addGramTriangle,
  addProducts,
  addProductsReference,
  linearPredictor,
  linearPredictorReference,
  residualSquares,
  residualSquaresReference,
  weightedGram,
  weightedGramReference,
} from "../../../src/math/gram.ts";
import {
  addGramAndProducts,
  addGramAndProductsReference,
} from "../../../src/math/gram-and-products.ts";
import { normalLogs, normalLogsReference } from "../../../src/math/normal-logs.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, integerBelow, uniform } from "../../../src/math/rng.ts";

const n = 200;
const COLUMNS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12];

function problem(d: number) {
  const rng = createRng(101, d);
  return {
    X: Float64Array.from({ length: n * d }, () => normal(rng)),
    y: Float64Array.from({ length: n }, () => normal(rng)),
    weights: Float64Array.from({ length: n }, () => uniform(rng)),
    rows: Int32Array.from({ length: 70 }, () => integerBelow(rng, n)),
  };
}

/** The Gram matrix, X'Wy and y'Wy from starts that are not zero. */
function result(f: typeof weightedGram, d: number, some: boolean, withY: boolean): number[] {
  const { X, y, weights, rows } = problem(d);
  const gram = new Float64Array(d * d).fill(0.5);
  const xty = new Float64Array(d).fill(-0.5);
  const yy = f(X, d, some ? rows : undefined, weights, withY ? y : undefined, gram, xty);
  return [...gram, ...xty, yy];
}

test.each(COLUMNS)("the bodies for %d columns sum as the plain loops do", (d) => {
  for (const some of [false, true]) {
    for (const withY of [false, true]) {
      const plain = result(weightedGramReference, d, some, withY);
      const fast = result(weightedGram, d, some, withY);
      // n terms below 20 each: n · 20 · n · 2^-53 bounds any order of summation.
      fast.forEach((value, at) => {
        expect(Math.abs(value - plain[at]!)).toBeLessThan(20 * n * n * 2 ** -53);
      });
    }
  }
});

test("small whole numbers give the sums that one writes down by hand", () => {
  const X = Float64Array.of(1, 2, 3, 4, 5, 6); // rows (1, 2), (3, 4), (5, 6)
  const y = Float64Array.of(1, 10, 100);
  const [gram, xty] = [new Float64Array(4), new Float64Array(2)];
  const weights = Float64Array.of(2, 3, 7);
  expect(weightedGram(X, 2, Int32Array.of(2, 0), weights, y, gram, xty)).toBe(20003);
  expect([...gram]).toEqual([53, 66, 66, 84]);
  expect([...xty]).toEqual([1003, 1206]);
  expect(weightedGram(X, 2, undefined, weights, undefined, gram, xty)).toBe(0);
  expect([...gram]).toEqual([53 + 204, 66 + 250, 66 + 250, 84 + 308]);
  expect([...xty]).toEqual([1003, 1206]);
});

test("no rows add nothing", () => {
  const gram = Float64Array.of(1, 2, 2, 4);
  const xty = Float64Array.of(5, 6);
  const none = new Float64Array(0);
  weightedGram(Float64Array.of(1, 2), 2, new Int32Array(0), none, Float64Array.of(1), gram, xty);
  expect([...gram, ...xty]).toEqual([1, 2, 2, 4, 5, 6]);
});

test.each(COLUMNS)("the linear predictor of %d columns agrees with the plain loop", (d) => {
  const { X, y } = problem(d);
  const [fast, plain] = [new Float64Array(n), new Float64Array(n)];
  linearPredictor(X, d, n, y.subarray(0, d), fast);
  linearPredictorReference(X, d, n, y.subarray(0, d), plain);
  fast.forEach((value, i) => {
    expect(Math.abs(value - plain[i]!)).toBeLessThan(20 * d * d * 2 ** -53);
  });
});

test.each(COLUMNS)("sums of %d columns that go on have the bits of the plain loops", (d) => {
  const { X, weights } = problem(d);
  const [first, stride, cut] = [2 * d, 3 * d, 77];
  const start = Float64Array.from({ length: 3 * d * stride }, (_, at) => Math.sin(at));
  for (const triangle of [true, false]) {
    const fast = start.slice();
    const plain = start.slice();
    addGramReference(X, d, weights, plain, { first, stride }, triangle);
    const add = triangle ? addGramTriangle : addGramSquare;
    add(X, d, weights.subarray(0, cut), fast, { first, stride });
    add(X.subarray(cut * d), d, weights.subarray(cut), fast, { first, stride });
    expect(fast).toEqual(plain);
    expect(plain).not.toEqual(start);
  }
  const [fast, plain] = [start.slice(0, d), start.slice(0, d)];
  addProductsReference(X, d, weights, plain);
  addProducts(X, d, weights.subarray(0, cut), fast);
  addProducts(X.subarray(cut * d), d, weights.subarray(cut), fast);
  expect(fast).toEqual(plain);
});

test.each(COLUMNS)("residual squares of %d columns have the bits of the plain loop", (d) => {
  const { X, y, weights, rows } = problem(d);
  const beta = y.subarray(0, d);
  const found = residualSquares(X, d, rows, weights, y, beta);
  expect(found).toBe(residualSquaresReference(X, d, rows, weights, y, beta));
  expect(found).toBeGreaterThan(0);
});

test.each(COLUMNS)("Gram and products of %d columns agree with the plain loops", (d) => {
  const { X, y, weights } = problem(d);
  const [fast, plain] = [addGramAndProducts, addGramAndProductsReference].map((add) => {
    const gram = new Float64Array(d * d).fill(0.5);
    const sums = new Float64Array(d).fill(-0.5);
    add(X, d, weights, y, gram, sums);
    return [...gram, ...sums];
  });
  // As above.
  fast!.forEach((value, at) => {
    expect(Math.abs(value - plain![at]!)).toBeLessThan(20 * n * n * 2 ** -53);
  });
});

test.each(COLUMNS)("normal logs of %d columns have the bits of the plain loop", (d) => {
  const { X, y } = problem(d);
  const [fast, plain] = [new Float64Array(n), new Float64Array(n)];
  normalLogs(X, d, y, y.subarray(0, d), -0.7, 1.3, fast);
  normalLogsReference(X, d, y, y.subarray(0, d), -0.7, 1.3, plain);
  expect(fast).toEqual(plain);
  expect(new Set(plain).size).toBeGreaterThan(n / 2);
});

test("the generated file is what its generator writes", async () => {
  const generator = new URL("../../../scripts/generate-gram.mjs", import.meta.url);
  const { generate } = await import(generator.href);
  const committed = new URL("../../../src/math/gram-bodies.ts", import.meta.url);
  expect(readFileSync(committed, "utf8")).toBe(generate());
});
