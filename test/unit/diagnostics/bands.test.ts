import { describe, expect, test } from "vitest";
import { bandLimits, studentized } from "../../../diagnostics/bands/band.ts";
import { gumbelCritical, tubeCritical } from "../../../diagnostics/bands/critical.ts";
import { multiplierCritical } from "../../../diagnostics/bands/multiplier.ts";
import {
  correlations,
  freedomOf,
  influenceLength,
  pathLength,
} from "../../../diagnostics/bands/paths.ts";
import { type Matrix, matrix } from "../../../src/math/matrix.ts";
import { createRng } from "../../../src/math/rng.ts";
import { semiCholesky } from "../../../src/math/semi-cholesky.ts";
import { normalCdf, normalQuantile, studentCdf } from "../../../src/math/stdlib.ts";
import reference from "../../reference/varying/bands.json" with { type: "json" };

const POINTS = 101;
/** √(∫K'² / ∫K²) of the Epanechnikov kernel. */
const SPEED = Math.sqrt(2.5);

/** Correlations over 0 … 1 of white noise smoothed by the Epanechnikov kernel: K * K by hand. */
function smoothedNoise(h: number): Matrix {
  const at = (d: number): number => (d >= 2 ? 0 : ((2 - d) ** 3 * (d * d + 6 * d + 4)) / 32);
  const out = matrix(POINTS, POINTS);
  for (let g = 0; g < POINTS; g++) {
    for (let l = 0; l < POINTS; l++) {
      out.data[g * POINTS + l] = at(Math.abs(g - l) / (POINTS - 1) / h);
    }
  }
  return out;
}

describe.each(reference.critical)("critical values, h = $h, level $level", (expected) => {
  const { h, level } = expected;

  test("by the tube formula and as the package has them, to three decimals", () => {
    expect(Math.abs(tubeCritical(level, SPEED / h) - expected.tube)).toBeLessThan(5.01e-4);
    expect(Math.abs(gumbelCritical(level, h) - expected.package)).toBeLessThan(5.01e-4);
  });

  test("the length of the path is that of the process", () => {
    // Correlations are 1 − 1.25 d² (1 − d / 2) + …: arcs over d bandwidths are short by a share of d / 4.
    const d = 1 / h / (POINTS - 1);
    const short = 1 - pathLength(smoothedNoise(h)) / (SPEED / h);
    expect(Math.abs(short - d / 4)).toBeLessThan(d * d);
  });

  test("drawn, they are what another program has drawn, and what the tube says", () => {
    const draws = 8000;
    const drawn = multiplierCritical(createRng(1), smoothedNoise(h), level, draws);
    // The density of the largest value at its quantile is about c times the tail.
    const sdOf = (count: number): number =>
      Math.sqrt((level * (1 - level)) / count) / (drawn * (1 - level));
    expect(Math.abs(drawn - expected.exact)).toBeLessThan(4 * Math.hypot(sdOf(draws), sdOf(4000)));
    // The tube counts only excursions that begin within: two excursions are counted twice.
    expect(drawn - tubeCritical(level, SPEED / h)).toBeLessThan(4 * sdOf(draws));
    expect(tubeCritical(level, SPEED / h) - drawn).toBeLessThan(4 * sdOf(draws) + 0.03);
  });
});

describe("critical values", () => {
  test("of one point are the normal quantile", () => {
    expect(tubeCritical(0.95, 0)).toBeCloseTo(normalQuantile(0.975), 10);
  });

  test("of the limit law need a bandwidth below 1", () => {
    expect(() => gumbelCritical(0.95, 1)).toThrow(/below 1; got 1/);
  });

  test("skip points without variance", () => {
    const holes = matrix(3, 3, Float64Array.of(1, NaN, 0.5, NaN, NaN, NaN, 0.5, NaN, 1));
    expect(pathLength(holes)).toBeCloseTo(Math.acos(0.5), 12);
    const without = matrix(2, 2, Float64Array.of(1, 0.5, 0.5, 1));
    const [a, b] = [holes, without].map((c) => multiplierCritical(createRng(3), c, 0.9, 40_000));
    const sd = Math.sqrt(0.09 / 40_000) / (2 * 0.1);
    expect(Math.abs(a! - b!)).toBeLessThan(6 * sd);
  });
});

describe("influences", () => {
  const path = [
    { from: 0, values: Float64Array.of(1, 2, 2) },
    { from: 1, values: Float64Array.of(2, 2) },
    { from: 3, values: Float64Array.of(5, 1) },
    { from: 0, values: new Float64Array(0) },
  ];

  test("correlate over the rows they share", () => {
    const { data } = correlations(path);
    expect(data[1]).toBeCloseTo(8 / (3 * Math.sqrt(8)), 12);
    expect(data[2]).toBe(0);
    expect(Number.isNaN(data[15]!)).toBe(true);
  });

  test("that share no rows are a right angle apart, and their scale does not matter", () => {
    const scaled = path.map(({ from, values }) => ({ from, values: values.map((v) => 7 * v) }));
    expect(pathLength(correlations(path.slice(1, 3)))).toBeCloseTo(Math.PI / 2, 12);
    expect(influenceLength(path)).toBeCloseTo(pathLength(correlations(path)), 12);
    const gap = { from: 0, values: new Float64Array(0) };
    const broken = [path[0]!, gap, ...path.slice(1)];
    expect(influenceLength(broken)).toBeCloseTo(pathLength(correlations(broken)), 12);
    expect(pathLength(correlations(scaled))).toBeCloseTo(pathLength(correlations(path)), 12);
  });

  test("have the degrees of freedom of their squares", () => {
    expect(freedomOf(Float64Array.of(2, 0, 1))).toBeCloseTo(50 / (17 - 12.5), 12);
    expect(freedomOf(Float64Array.of(1, -1, 1))).toBe(Number.POSITIVE_INFINITY);
    expect(freedomOf(Float64Array.of(0, 0))).toBe(Number.POSITIVE_INFINITY);
  });
});

test("t quantiles have the tail of the normal ones they replace", () => {
  for (const z of [1.96, 2.8, 4]) {
    for (const freedom of [3, 7.5, 400]) {
      const t = studentized(z, freedom);
      expect(studentCdf(-t, freedom) / normalCdf(-z)).toBeCloseTo(1, 8);
    }
  }
  expect(studentized(2, Number.POSITIVE_INFINITY)).toBe(2);
});

test("limits lie around the centre, none where there is no influence", () => {
  const path = [
    { from: 0, values: Float64Array.of(3, 4) },
    { from: 0, values: new Float64Array(0) },
  ];
  const centre = Float64Array.of(10, 20);
  const limits = bandLimits(centre, path, { level: 0.95, critical: 3, student: false });
  expect(limits.se[0]).toBe(5);
  expect(limits.simultaneousUpper[0]).toBe(25);
  expect(limits.lower[0]).toBeCloseTo(10 - 5 * normalQuantile(0.975), 12);
  expect([limits.se[1], limits.lower[1]]).toEqual([NaN, NaN]);
});

test("a factor of a singular matrix gives it back", () => {
  const [a, b] = [Float64Array.of(1, 2, 3), Float64Array.of(0, 1, 1)];
  const S = Float64Array.from({ length: 9 }, (_, at) => {
    const [i, j] = [Math.floor(at / 3), at % 3];
    return a[i]! * a[j]! + b[i]! * b[j]!;
  });
  const L = new Float64Array(9);
  semiCholesky(S, 3, L);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      let sum = 0;
      for (let k = 0; k < 3; k++) sum += L[i * 3 + k]! * L[j * 3 + k]!;
      expect(sum).toBeCloseTo(S[i * 3 + j]!, 12);
    }
  }
});
