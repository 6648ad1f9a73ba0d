import { expect, it } from "vitest";
import { normalCdf, normalQuantile } from "../../../src/math/stdlib.ts";
import { invertCdf } from "../../../src/run/predict-quantile.ts";

it("finds quantiles of a bimodal mixture in a dozen evaluations, and stays where it arrives", () => {
  const mean = new Float64Array(5);
  const sd = Float64Array.from(mean, (_, i) => Math.sqrt(1 + (i + 1) ** 2));
  const out = new Float64Array(5);
  let evaluations = 0;
  invertCdf(
    (y, cdf, density) => {
      evaluations++;
      y.forEach((value, i) => {
        const phi = (u: number) => Math.exp(-0.5 * u * u) / Math.sqrt(2 * Math.PI);
        cdf[i] = 0.5 * (normalCdf(value - i - 1) + normalCdf(value + i + 1));
        density[i] = 0.5 * (phi(value - i - 1) + phi(value + i + 1));
      });
    },
    0.9,
    { mean, sd },
    out,
  );
  expect(evaluations).toBeLessThanOrEqual(12);
  // Far from the other mode, its cdf is 1: the 0.9-quantile is the mode's own 0.8-quantile.
  expect(out[4]).toBeCloseTo(5 + normalQuantile(0.8), 8);
  out.forEach((q, i) => {
    expect(0.5 * (normalCdf(q - i - 1) + normalCdf(q + i + 1))).toBeCloseTo(0.9, 8);
  });
});

it("reaches the jump of a cdf with steps, where slopes lead nowhere", () => {
  const out = new Float64Array(1);
  invertCdf(
    (y, cdf, density) => {
      cdf[0] = y[0]! < 0 ? 0 : y[0]! < 1 ? 0.4 : 1;
      density[0] = 0;
    },
    0.5,
    { mean: Float64Array.of(0.6), sd: Float64Array.of(Math.sqrt(0.24)) },
    out,
  );
  expect(out[0]).toBeCloseTo(1, 8);
});

it("has no value where the moments are not numbers", () => {
  const out = new Float64Array(1);
  const nan = Float64Array.of(Number.NaN);
  invertCdf((_, cdf) => void cdf.fill(Number.NaN), 0.5, { mean: nan, sd: nan }, out);
  expect(out[0]).toBeNaN();
});
