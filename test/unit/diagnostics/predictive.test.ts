import { describe, expect, it } from "vitest";
import { densityEstimate, ruleOfThumbBandwidth } from "../../../diagnostics/density-estimate.ts";
import { looPit, pit } from "../../../diagnostics/pit.ts";
import { densityCheck } from "../../../diagnostics/predictive-check.ts";
import { residuals } from "../../../diagnostics/residuals.ts";
import { matrix, row } from "../../../src/math/matrix.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng } from "../../../src/math/rng.ts";
import { normalCdf } from "../../../src/math/stdlib.ts";

const rng = createRng(33);
const normals = (n: number): Float64Array => Float64Array.from({ length: n }, () => normal(rng));
const evenly = (from: number, to: number, points: number): Float64Array =>
  Float64Array.from({ length: points }, (_, j) => from + (j * (to - from)) / (points - 1));

describe("pit and looPit of y ~ N(mu, 1) with a wide normal prior", () => {
  const PRIOR_PRECISION = 0.01;
  const DRAWS = 4000;
  const y = Float64Array.of(-1.4, 0.2, 0.9, 2.6, -0.5, 0.1);
  const posterior = (values: Float64Array) => {
    const precision = values.length + PRIOR_PRECISION;
    return { mean: values.reduce((a, b) => a + b) / precision, variance: 1 / precision };
  };
  const { mean, variance } = posterior(y);
  const mu = normals(DRAWS).map((u) => mean + Math.sqrt(variance) * u);
  const cumulative = matrix(y.length, DRAWS);
  const logLikelihood = matrix(y.length, DRAWS);
  y.forEach((value, i) => {
    row(cumulative, i).set(mu.map((m) => normalCdf(value - m)));
    row(logLikelihood, i).set(mu.map((m) => -0.5 * (value - m) ** 2));
  });

  it("agree with the closed forms", () => {
    const found = pit(cumulative);
    const left = looPit(cumulative, logLikelihood, [DRAWS / 2, DRAWS / 2]);
    y.forEach((value, i) => {
      const exact = normalCdf((value - mean) / Math.sqrt(1 + variance));
      // By the delta method the cdf varies over the draws by at most 0.4 sd(mu).
      expect(Math.abs(found[i]! - exact)).toBeLessThan(5 * 0.4 * Math.sqrt(variance / DRAWS));
      const without = posterior(y.filter((_, j) => j !== i));
      const sd = Math.sqrt(1 + without.variance);
      const weights = mu.map((m) => Math.exp(0.5 * (value - m) ** 2));
      const total = weights.reduce((a, b) => a + b);
      const error = Math.sqrt(
        weights.reduce((sum, w, s) => {
          const gap = cumulative.data[i * DRAWS + s]! - left[i]!;
          return sum + (w / total) ** 2 * gap ** 2;
        }, 0),
      );
      expect(Math.abs(left[i]! - normalCdf((value - without.mean) / sd))).toBeLessThan(5 * error);
      expect(Math.abs(left[i]! - found[i]!)).toBeGreaterThan(value === y[3] ? 5 * error : 0);
    });
  });

  it("agree with each other where the likelihood does not tell the draws apart", () => {
    const flat = matrix(y.length, DRAWS);
    const left = looPit(cumulative, flat);
    pit(cumulative).forEach((value, i) => {
      expect(left[i]).toBeCloseTo(value, 12);
    });
  });

  it("has no value for a row whose log likelihood is not finite", () => {
    const broken = matrix(y.length, DRAWS, logLikelihood.data.slice());
    broken.data[0] = Number.NaN;
    const left = looPit(cumulative, broken);
    expect(left[0]).toBeNaN();
    expect(left[1]).toBeGreaterThan(0);
  });
});

describe("ruleOfThumbBandwidth", () => {
  it("falls back, as R's bw.nrd0, from the quartiles to the sd, the first value and 1", () => {
    const of = (...x: number[]) => ruleOfThumbBandwidth(Float64Array.from(x));
    expect(of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)).toBeCloseTo(0.9 * Math.sqrt(55 / 6) * 10 ** -0.2, 12);
    expect(of(1, 1, 1, 1, 5)).toBeCloseTo(0.9 * Math.sqrt(3.2) * 5 ** -0.2, 12);
    expect(of(-3, -3)).toBeCloseTo(0.9 * 3 * 2 ** -0.2, 12);
    expect(of(0, 0, 0)).toBeCloseTo(0.9 * 3 ** -0.2, 12);
    expect(of(0, 0, 1, 2, 100)).toBeCloseTo(((0.9 * 2) / 1.34) * 5 ** -0.2, 12);
    expect(of(4)).toBeNaN();
  });
});

describe("densityEstimate", () => {
  const direct = (x: Float64Array, at: number, h: number): number =>
    x.reduce((sum, value) => sum + Math.exp(-0.5 * ((at - value) / h) ** 2), 0) /
    (x.length * h * Math.sqrt(2 * Math.PI));

  it("is the average of kernels at the values", () => {
    const x = normals(50);
    const grid = evenly(-12, 12, 41);
    const found = densityEstimate(x, grid, 0.4);
    grid.forEach((at, j) => {
      expect(Math.abs(found[j]! - direct(x, at, 0.4))).toBeLessThan(1e-14);
    });
  });

  it("integrates to 1", () => {
    const grid = evenly(-8, 8, 801);
    const found = densityEstimate(normals(200), grid);
    expect(0.02 * found.reduce((a, b) => a + b)).toBeCloseTo(1, 10);
  });

  it("gathers many values in bins so fine that it does not show", () => {
    const x = normals(20_000);
    const grid = evenly(-4, 4, 9);
    const h = ruleOfThumbBandwidth(x);
    const found = densityEstimate(x, grid, h);
    // Linear binning moves an estimate by at most (width / bandwidth)² / 8 of the kernel's height.
    const width = 10 / 4095;
    const bound = (0.125 * (width / h) ** 2 * 0.4) / h;
    grid.forEach((at, j) => {
      expect(Math.abs(found[j]! - direct(x, at, h))).toBeLessThan(bound);
    });
  });

  it("bins values that are all equal", () => {
    const found = densityEstimate(new Float64Array(5000).fill(2), Float64Array.of(2), 0.5);
    expect(found[0]).toBeCloseTo(1 / (0.5 * Math.sqrt(2 * Math.PI)), 10);
  });
});

describe("densityCheck", () => {
  it("shows data and replicates on one grid that holds all of the data", () => {
    const y = Float64Array.from([...normals(99), 7]);
    const replicates = matrix(5, 100, normals(500));
    const found = densityCheck(y, replicates, 300)!;
    const step = found.grid[1]! - found.grid[0]!;
    expect(found.replicates).toHaveLength(5);
    expect(found.grid.at(-1)).toBeGreaterThan(7);
    for (const density of [found.data, ...found.replicates]) {
      expect(step * density.reduce((a, b) => a + b)).toBeCloseTo(1, 2);
    }
  });

  it("is not stretched by one stray replicate", () => {
    const replicates = matrix(10, 100, normals(1000));
    replicates.data[17] = 1e6;
    expect(densityCheck(normals(100), replicates)!.grid.at(-1)).toBeLessThan(10);
  });

  it("does not exist for a single row", () => {
    expect(densityCheck(Float64Array.of(1), matrix(3, 1))).toBeUndefined();
  });
});

it("residuals are what the predictive mean leaves of y", () => {
  const at = Float64Array.of(1, 2);
  const found = residuals("x", at, Float64Array.of(3, 5), Float64Array.of(1, 7));
  expect(found).toEqual({ x: "x", at, values: Float64Array.of(2, -2) });
});
