import { describe, expect, test } from "vitest";
import { gaussian } from "../../../models/experts/gaussian.ts";
import type { Observations } from "../../../src/core/data.ts";
import type { ExpertPriorDeclaration } from "../../../src/core/model.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { createRng } from "../../../src/math/rng.ts";
import { membersOf, observations } from "../../contract/experts-cases.ts";
import { conjugateFit } from "../../helpers/enumeration.ts";
import { designRows, RESPONSE } from "../../helpers/tiny-targets.ts";
import { average } from "../../helpers/variates.ts";

const ALL = RESPONSE.map((_, i) => i);

function interceptOnly(y: readonly number[], offset?: readonly number[]): Observations {
  const X = matrix(y.length, 1, new Float64Array(y.length).fill(1));
  const design = { terms: ["(Intercept)"], X };
  const shifted = offset === undefined ? design : { ...design, offset: Float64Array.from(offset) };
  return { n: y.length, y: Float64Array.from(y), design: shifted };
}

describe("the default prior", () => {
  test("is centred at the mean response, with a rate of a hundredth of its variance", () => {
    expect(gaussian.defaultPrior(interceptOnly([1, 3, 5]))).toMatchObject({
      mean: [3],
      rate: 0.02667,
    });
  });

  test("is that of the response less its offset", () => {
    expect(gaussian.defaultPrior(interceptOnly([101, 203, 305], [100, 200, 300]))).toEqual(
      gaussian.defaultPrior(interceptOnly([1, 3, 5])),
    );
  });

  const YEARS = Array.from({ length: 100 }, (_, i) => 1880 + i);
  const WARMING = YEARS.map((year, i) => 0.008 * (year - 1950) + (i % 2 ? 0.1 : -0.1));

  test.each([
    ["covariates far from 0", ["(Intercept)", "year"], (i: number) => [1, YEARS[i]!], WARMING],
    ["covariates in large units", ["(Intercept)", "x"], (i: number) => [1, 1e-6 * i], WARMING],
    ["no intercept", ["a", "b"], (i: number) => [i % 2, 1 - (i % 2)], WARMING.map((y) => y + 1e3)],
  ])("leaves sd to the data with %s", (_, terms, rowOf, y) => {
    const X = matrix(y.length, 2, Float64Array.from(y.flatMap((__, i) => rowOf(i))));
    const data = { n: y.length, y: Float64Array.from(y), design: { terms, X } };
    const prior = gaussian.defaultPrior(data);
    const members = membersOf(y.map((__, i) => i));
    const [flat, informed] = [0, 1].map((priorWeight) => {
      const theta = Float64Array.of(0, 0, 1);
      gaussian.compile(data, prior).maximize(theta, members, priorWeight);
      return theta;
    });
    // IG(1, v/100) beside n = 100 rows: (n s² + v/50) / (n + 5), less a hair for the coefficients.
    const variance = average(
      Float64Array.from(y),
      (v) => (v - average(Float64Array.from(y), (w) => w)) ** 2,
    );
    const expected = Math.sqrt((100 * flat![2]! ** 2 + variance / 50) / 105);
    expect(informed![2]! / expected).toBeCloseTo(1, 2);
  });

  test("takes 1 for the variance of a constant response, though its mean is rounded", () => {
    const tenth = new Array<number>(10).fill(0.1);
    expect(gaussian.defaultPrior(interceptOnly(tenth))).toMatchObject({ mean: [0.1], rate: 0.01 });
  });
});

test("maximizes the likelihood under any prior, however correlated the coefficients", () => {
  const years = Float64Array.from({ length: 10 }, (_, i) => 1880 + 15 * i);
  const X = matrix(10, 2, Float64Array.from([...years].flatMap((year) => [1, year])));
  const y = years.map((year) => 3 + 2 * year);
  const data = { n: 10, y, design: { terms: ["(Intercept)", "year"], X } };
  const coefficients = { kind: "student-t", df: 4, location: 0, scale: 10 };
  const sd = { kind: "half-cauchy", scale: 1 };
  const expert = gaussian.compile(data, { kind: "independent", coefficients, sd });
  const theta = Float64Array.of(1, 1, 1);
  expert.maximize(theta, membersOf(ALL), 0);
  expect(theta[0]).toBeCloseTo(3, 6);
  expect(theta[1]).toBeCloseTo(2, 9);
});

test("refuses another kind of prior, showing it", () => {
  const prior = { kind: "flat" } as unknown as ExpertPriorDeclaration;
  expect(() => gaussian.compile(observations(), prior)).toThrow(
    'the prior of gaussian experts must be normal-inverse-gamma or independent; got {"kind":"flat"}',
  );
});

test("draws coefficients and variance from the normal–inverse-gamma posterior in closed form", () => {
  const kind = "normal-inverse-gamma";
  const prior = { kind, mean: 0.3, scale: 1.5, shape: 3, rate: 2 } as const;
  const expert = gaussian.compile(observations(), prior);
  const regression = { X: designRows(10), y: RESPONSE };
  const fit = conjugateFit(regression, () => true, prior);
  const rng = createRng(5);
  const theta = new Float64Array(3);
  const draws = Array.from({ length: 20_000 }, () => {
    expert.update(rng, theta, membersOf(ALL));
    return theta.slice();
  });
  const variances = Float64Array.from(draws, ([, , sd]) => sd! ** 2);
  // Inverse-gamma(a, b) has mean b / (a − 1) and variance b² / ((a − 1)² (a − 2)).
  const mean = fit.rate / (fit.shape - 1);
  const error = mean / Math.sqrt((fit.shape - 2) * draws.length);
  expect(Math.abs(average(variances, (v) => v) - mean)).toBeLessThan(4 * error);
  for (const j of [0, 1]) {
    const values = Float64Array.from(draws, (draw) => draw[j]!);
    const centre = average(values, (v) => v);
    const spread = Math.sqrt(average(values, (v) => (v - centre) ** 2));
    expect(Math.abs(centre - fit.mean[j]!)).toBeLessThan((4 * spread) / Math.sqrt(draws.length));
  }
});

test("slices coefficients as exactly where the response is far from zero", () => {
  const SHIFT = 2 ** 24;
  const run = (shift: number) => {
    const data = observations();
    data.y.forEach((y, i) => {
      data.y[i] = y + shift;
    });
    const expert = gaussian.compile(data, {
      kind: "independent",
      coefficients: [
        { kind: "student-t", df: 3, location: shift, scale: 2 },
        { kind: "student-t", df: 3, location: 0, scale: 2 },
      ],
      sd: { kind: "half-normal", sd: 1 },
    });
    const theta = Float64Array.of(shift, 0, 1);
    for (let t = 0; t < 5; t++) expert.update(createRng(3, t), theta, membersOf(ALL));
    return [theta[0]! - shift, theta[1]!, theta[2]!];
  };
  const far = run(SHIFT);
  run(0).forEach((value, j) => {
    expect(far[j]).toBeCloseTo(value, 4);
  });
});
