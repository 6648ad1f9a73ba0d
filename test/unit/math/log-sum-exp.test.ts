import { expect, test } from "vitest";
import { log1p, logistic, logSumExp } from "../../../src/math/log-sum-exp.ts";

const of = (...values: number[]) => Float64Array.from(values);

test("logSumExp adds numbers given by their logarithms", () => {
  expect(logSumExp(of(1, 2, 3, 4).map(Math.log))).toBeCloseTo(Math.log(10), 14);
  expect(logSumExp(of(7))).toBe(7);
});

test("logSumExp neither over- nor underflows", () => {
  expect(logSumExp(of(1e4, 1e4))).toBeCloseTo(1e4 + Math.LN2, 11);
  expect(logSumExp(of(-1e4, -1e4))).toBeCloseTo(-1e4 + Math.LN2, 11);
  expect(logSumExp(of(-1e308, 0))).toBe(0);
});

test("logSumExp looks at the part with the stride it is given", () => {
  const x = of(9, 0, 9, Math.log(2), 9, Math.log(3), 9);
  expect(logSumExp(x, 1, 3, 2)).toBeCloseTo(Math.log(6), 14);
  expect(logSumExp(x, 3, 1)).toBe(Math.log(2));
});

test("logSumExp of nothing is −Infinity, and NaN and Infinity show", () => {
  expect(logSumExp(of())).toBe(-Infinity);
  expect(logSumExp(of(-Infinity, -Infinity))).toBe(-Infinity);
  expect(logSumExp(of(-Infinity, 3))).toBe(3);
  expect(logSumExp(of(Infinity, 3))).toBe(Infinity);
  expect(logSumExp(of(-Infinity, Infinity))).toBe(Infinity);
  for (const bad of [of(Number.NaN, 1), of(1, Number.NaN), of(-Infinity, Number.NaN)]) {
    expect(logSumExp(bad)).toBeNaN();
  }
});

test("log1p is accurate where 1 + x is rounded, and at the ends", () => {
  for (const x of [1e-300, 1e-17, 1e-9, 0.3, 5, 1e20]) {
    expect(log1p(x) / Math.log1p(x)).toBeCloseTo(1, 14);
  }
  expect([0, Infinity].map(log1p)).toEqual([0, Infinity]);
  expect(log1p(Number.NaN)).toBeNaN();
});

test("logistic and its mirror add to one and neither overflows", () => {
  for (const x of [0, 1e-9, 0.5, 3, 30, 700]) {
    expect(logistic(x) + logistic(-x)).toBeCloseTo(1, 15);
    expect(logistic(-x) / (Math.exp(-x) / (1 + Math.exp(-x)))).toBeCloseTo(1, 14);
  }
  expect([-Infinity, Infinity, -1e4, 1e4].map(logistic)).toEqual([0, 1, 0, 1]);
});
