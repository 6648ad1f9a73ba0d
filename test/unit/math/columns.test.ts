import { describe, expect, test } from "vitest";
import {
  columnLogSumExp,
  columnMaxima,
  columnSums,
  invertAndSumLogs,
  shiftAndExponentiate,
  sumOfLogs,
} from "../../../src/math/columns.ts";
import { fastExp } from "../../../src/math/exp.ts";
import { matrix } from "../../../src/math/matrix.ts";

const INPUT = [1, -700, 3, 2, 650, -Infinity];
const input = () => matrix(2, 3, Float64Array.from(INPUT));

describe("columns of log weights", () => {
  test("have their maxima", () => {
    const out = new Float64Array(3);
    columnMaxima(input(), out);
    expect([...out]).toEqual([2, 650, 3]);
  });

  test("have a log-sum-exp that neither overflows nor underflows", () => {
    const out = new Float64Array(3);
    columnLogSumExp(3)(input(), out);
    expect(out[0]).toBeCloseTo(Math.log(Math.exp(1) + Math.exp(2)), 14);
    expect([out[1], out[2]]).toEqual([650, 3]);
    const empty = new Float64Array(1);
    columnLogSumExp(1)(matrix(2, 1, new Float64Array(2).fill(-Infinity)), empty);
    expect(empty[0]).toBe(-Infinity);
  });

  test("are shifted, with their exponentials beside them", () => {
    const m = input();
    const exponentials = matrix(2, 3);
    shiftAndExponentiate(m, Float64Array.of(2, 650, 3), exponentials);
    expect([...m.data]).toEqual([-1, -1350, 0, 0, 0, -Infinity]);
    expect([...exponentials.data]).toEqual([fastExp(-1), 0, 1, 1, 1, 0]);
  });

  test("are added up, all or all but one row", () => {
    const m = matrix(3, 2, Float64Array.of(1, 2, 4, 8, 16, 32));
    const sums = (except?: number) => {
      const out = new Float64Array(2);
      columnSums(m, out, except);
      return [...out];
    };
    expect(sums()).toEqual([21, 42]);
    expect([0, 1, 2].map(sums)).toEqual([
      [20, 40],
      [17, 34],
      [5, 10],
    ]);
    const powers = matrix(
      7,
      1,
      Float64Array.from({ length: 7 }, (_, k) => 2 ** k),
    );
    for (let K = 1; K <= 7; K++) {
      const out = new Float64Array(1);
      const some = matrix(K, 1, powers.data.subarray(0, K));
      columnSums(some, out);
      expect(out[0]).toBe(2 ** K - 1);
      for (let k = 0; k < K && K > 1; k++) {
        columnSums(some, out, k);
        expect(out[0]).toBe(2 ** K - 1 - 2 ** k);
      }
    }
  });
});

test("the sum of many logs is that of their product, whose range it may leave", () => {
  const values = Float64Array.from({ length: 400 }, (_, i) => (i % 3 === 0 ? 1e-120 : 1e90));
  const expected = values.reduce((sum, value) => sum + Math.log(value), 0);
  expect(sumOfLogs(values)).toBeCloseTo(expected, 8);
  const inverted = values.slice();
  expect(invertAndSumLogs(inverted)).toBe(sumOfLogs(values));
  expect(inverted).toEqual(values.map((value) => 1 / value));
  expect(sumOfLogs(new Float64Array(0))).toBe(0);
});
