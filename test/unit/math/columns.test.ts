import { describe, expect, test } from "vitest";
import { columnLogSumExp, columnMaxima, columnNormalizer } from "../../../src/math/columns.ts";
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

  test("are normalised with the mean probability of each row and the mean entropy", () => {
    const m = input();
    const mean = new Float64Array(2);
    const entropy = columnNormalizer(3, 4)(m, mean);
    const p = 1 / (1 + Math.exp(1));
    expect(m.data[0]).toBeCloseTo(Math.log(p), 14);
    expect(m.data[3]).toBeCloseTo(Math.log(1 - p), 14);
    expect([...m.data.subarray(1, 3)]).toEqual([-1350, 0]);
    expect(mean[0]).toBeCloseTo((p + 0 + 1) / 3, 14);
    expect(mean[1]).toBeCloseTo((1 - p + 1 + 0) / 3, 14);
    expect(entropy).toBeCloseTo(-(p * Math.log(p) + (1 - p) * Math.log(1 - p)) / 3, 14);
  });
});
