import { describe, expect, it } from "vitest";
import { tracePoints, uniformBand } from "../../../src/report/charts/chains.ts";
import { unitCounts } from "../../../src/report/charts/checks.ts";
import { axisFormat, data, extent, thinned, widened } from "../../../src/report/charts/frame.ts";

describe("the helpers of charts", () => {
  it("bands the counts of uniform values by the binomial's mean and sd", () => {
    const { expected, low, high } = uniformBand(1000, 20);
    const sd = Math.sqrt(1000 * (1 / 20) * (19 / 20));
    expect(expected).toBe(50);
    expect(high - expected).toBeCloseTo(1.959964 * sd, 5);
    expect(expected - low).toBeCloseTo(1.959964 * sd, 5);
    expect(uniformBand(10, 20).low).toBe(0);
  });

  it("counts unit values with both ends included and nothing from outside", () => {
    expect(unitCounts([0, 0.49, 0.5, 1, 1.1, -0.1, Number.NaN], 2)).toEqual([2, 2]);
  });

  it("thins evenly, in order, and only where there is too much", () => {
    expect(thinned(3, 10)).toEqual([0, 1, 2]);
    expect(thinned(10, 5)).toEqual([0, 2, 4, 6, 8]);
    expect(thinned(1_000_000)).toHaveLength(2000);
    const four = new Array(4).fill(new Float64Array(1000));
    expect(tracePoints({ name: "x", chains: four })).toBe(500);
  });

  it("finds the range of finite values and never an empty one", () => {
    expect(extent([3, Number.NaN], [Number.POSITIVE_INFINITY, -1])).toEqual([-1, 3]);
    expect(extent([])).toEqual([0, 1]);
    const [low, high] = widened([5, 5]);
    expect(low).toBeLessThan(5);
    expect(high).toBeGreaterThan(5);
  });

  it("turns what is not finite into a gap", () => {
    const values = [1, Number.NaN, Number.NEGATIVE_INFINITY];
    expect(data(3, (i) => ({ x: values[i]!, name: "a" }))).toEqual({
      values: [
        { x: 1, name: "a" },
        { x: null, name: "a" },
        { x: null, name: "a" },
      ],
    });
  });

  it("writes years without commas and large or small numbers with powers", () => {
    expect(axisFormat([1880, 2023])).toBe("~r");
    expect(axisFormat([0, 2e6])).toBe("~s");
    expect(axisFormat([-1e-6, 1e-6])).toBe("~e");
  });
});
