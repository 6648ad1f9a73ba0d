import { describe, expect, it } from "vitest";
import { pit, withinSteps } from "../../../diagnostics/pit.ts";
import { countCheck } from "../../../diagnostics/predictive-check.ts";
import { residuals } from "../../../diagnostics/residuals.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { poissonCdf } from "../../../src/math/poisson-cdf.ts";
import { poisson } from "../../../src/math/random/poisson.ts";
import { createRng } from "../../../src/math/rng.ts";
import { uniformityTest } from "../../helpers/statistics.ts";

describe("withinSteps", () => {
  const rng = createRng(71);
  const N = 2000;
  const y = Float64Array.from({ length: N }, () => poisson(rng, 1.3));
  const cdf = (of: (count: number) => number) => matrix(N, 1, y.map(of));
  const at = cdf((count) => poissonCdf(count, 1.3));
  const below = cdf((count) => poissonCdf(count - 1, 1.3));

  it("makes the transform of counts uniform where the plain one is not", () => {
    const randomised = pit(withinSteps(createRng(1), at, below));
    expect(uniformityTest("randomised", randomised).p).toBeGreaterThan(1e-3);
    expect(uniformityTest("plain", pit(at)).p).toBeLessThan(1e-6);
  });

  it("takes one height a row for all of its draws", () => {
    const two = withinSteps(
      createRng(1),
      matrix(2, 2, Float64Array.of(1, 0.8, 0.5, 0.5)),
      matrix(2, 2, Float64Array.of(0, 0.3, 0.5, 0.1)),
    ).data;
    const height = two[0]!;
    expect(two[1]).toBeCloseTo(0.3 + 0.5 * height, 14);
    expect(two[2]).toBe(0.5);
    expect((two[3]! - 0.1) / 0.4).not.toBeCloseTo(height, 6);
  });
});

describe("countCheck", () => {
  it("counts the rows of each count, in the data and in the replicates", () => {
    const y = Float64Array.of(0, 0, 1, 3);
    const replicates = matrix(3, 4, Float64Array.of(0, 1, 1, 2, 0, 0, 0, 0, 3, 3, 1, 1));
    const { from, width, data, replicates: made } = countCheck(y, replicates);
    expect(width).toBe(1);
    expect([...from]).toEqual([0, 1, 2, 3]);
    expect([...data]).toEqual([2, 1, 0, 1]);
    expect([...made.median]).toEqual([1, 2, 0, 0]);
    // Of 0, 1 and 4 rows without a count: type 7 quantiles.
    expect(made.q5[0]).toBeCloseTo(0.1, 12);
    expect(made.q95[0]).toBeCloseTo(3.7, 12);
  });

  it("gathers large counts in bars of equal width that hold every row of the data", () => {
    const rng = createRng(72);
    const y = Float64Array.from({ length: 300 }, () => poisson(rng, 500));
    const replicates = matrix(20, 300);
    for (let j = 0; j < 6000; j++) replicates.data[j] = poisson(rng, 500);
    replicates.data[5] = 1e9;
    const { from, width, data } = countCheck(y, replicates);
    expect(from.length).toBeLessThanOrEqual(40);
    expect(Number.isInteger(width)).toBe(true);
    expect(from.length * width).toBeLessThan(800);
    expect(data.reduce((a, b) => a + b)).toBe(300);
  });

  it("shows data that are all 0, beside no replicates at all", () => {
    const { data, width } = countCheck(new Float64Array(5), matrix(0, 5));
    expect([...data]).toEqual([5]);
    expect(width).toBe(1);
  });
});

it("residuals are in predictive sds where these are given", () => {
  const [y, mean, sd] = [Float64Array.of(3, 10), Float64Array.of(1, 16), Float64Array.of(1, 4)];
  expect(residuals("x", y, y, mean, sd)).toEqual({
    x: "x",
    at: y,
    values: Float64Array.of(2, -1.5),
    inSds: true,
  });
  expect(residuals("x", y, y, mean)).toEqual({ x: "x", at: y, values: Float64Array.of(2, -6) });
});
