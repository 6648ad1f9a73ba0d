import { expect, test } from "vitest";
import {
  polyaGamma1,
  polyaGammaDensity,
  polyaGammaMean,
  polyaGammaVariance,
  rightProbability,
} from "../../../../src/math/random/polya-gamma.ts";
import { createRng } from "../../../../src/math/rng.ts";
import {
  laplaceTransform,
  plainPolyaGamma,
  polyaGammaFit,
  TILTS,
  worstMomentScore,
} from "../../../helpers/polya-gamma-tests.ts";

/** 42 scores: P(one beyond 4.5) < 3e-4. */
const LIMIT = 4.5;
const N = 200_000;
const FIT_TILTS = [0, 1, 3, 5, 12, 40];

test("mean and variance agree with their formulas at every tilt", () => {
  expect(worstMomentScore(polyaGamma1, N)).toBeLessThan(LIMIT);
});

test.each(FIT_TILTS)("draws follow the integrated density at z = %d", (z) => {
  expect(polyaGammaFit(polyaGamma1, z, 100_000).p).toBeGreaterThan(1e-3);
});

test("the plain sampler of the same law passes the same tests", () => {
  expect(worstMomentScore(plainPolyaGamma(), 50_000, [0, 1, 3, 5, 12])).toBeLessThan(LIMIT);
  expect(polyaGammaFit(plainPolyaGamma(), 1, 100_000).p).toBeGreaterThan(1e-3);
});

const BROKEN = [
  ["a wrong tilt of the left proposal", { tilt: 0.9 }, [2, 5]],
  ["no right branch", { leftOnly: true }, [0, 1]],
  ["a left proposal cut beyond the border", { cut: 0.7 }, [0, 1]],
  ["a left proposal cut before the border", { cut: 0.6 }, [0, 1]],
] as const;

test.each(BROKEN)("the test of fit rejects a sampler with %s", (_, mistakes, [, z]) => {
  expect(polyaGammaFit(plainPolyaGamma(mistakes), z, 100_000).p).toBeLessThan(1e-6);
});

test.each(BROKEN.slice(0, 3))("the test of moments rejects one with %s", (_, mistakes, tilts) => {
  expect(worstMomentScore(plainPolyaGamma(mistakes), N, tilts)).toBeGreaterThan(LIMIT);
});

test("the sign of z does not matter and extreme z neither hang nor give NaN", () => {
  for (const z of [0, 1e-300, 1e-8, 50, 700, 1e5, 1e150]) {
    const draws = [z, -z].map((signed) => polyaGamma1(createRng(5), signed));
    expect(draws[0]).toBe(draws[1]);
    expect(draws[0]).toBeGreaterThan(0);
  }
  expect(polyaGamma1(createRng(5), Number.NaN)).toBeNaN();
});

test("at z = 1e5 the mean is 1 / (2 z) and the relative spread 1 / √z", () => {
  expect(worstMomentScore(polyaGamma1, N, [700, 1e5])).toBeLessThan(LIMIT);
});

test("the density has the Laplace transform cosh(z/2) / cosh √(z²/4 + t/2)", () => {
  for (const z of [0, 1, 5, 12]) {
    for (const t of [0, 0.5, 4]) {
      const exact = Math.cosh(z / 2) / Math.cosh(Math.sqrt(z ** 2 / 4 + t / 2));
      expect(laplaceTransform(t, z) / exact).toBeCloseTo(1, 9);
    }
  }
  expect(polyaGammaDensity(0, 1)).toBe(0);
  expect(polyaGammaDensity(-1, 1)).toBe(0);
});

test("both series of the density agree where they meet", () => {
  const meet = 0.16;
  const below = polyaGammaDensity(meet * (1 - 1e-13), 1);
  expect(polyaGammaDensity(meet, 1) / below).toBeCloseTo(1, 11);
});

test("mean and variance are stable at 0 and at the borders of their series", () => {
  expect(polyaGammaMean(0)).toBe(0.25);
  expect(polyaGammaVariance(0)).toBeCloseTo(1 / 24, 15);
  for (const border of [2e-4, 0.2]) {
    const [below, above] = [border * (1 - 1e-9), border * (1 + 1e-9)];
    expect(polyaGammaMean(below) / polyaGammaMean(above)).toBeCloseTo(1, 9);
    expect(polyaGammaVariance(below) / polyaGammaVariance(above)).toBeCloseTo(1, 9);
  }
  // The definition, where it is stable.
  const z = 3;
  expect(polyaGammaVariance(z)).toBeCloseTo(
    (Math.sinh(z) - z) / (4 * z ** 3 * Math.cosh(z / 2) ** 2),
    15,
  );
  expect(polyaGammaVariance(1e5) / (1 / (2 * 1e15))).toBeCloseTo(1, 4);
});

test("interpolation in the table of branches errs less than the margin of doubt", () => {
  let worst = 0;
  for (let step = 0; step < 16 * 256; step++) {
    const h = (step + 0.5) / 256;
    const cell = Math.floor(h * 16);
    const low = rightProbability(cell / 16);
    const line = low + (h * 16 - cell) * (rightProbability((cell + 1) / 16) - low);
    worst = Math.max(worst, Math.abs(rightProbability(h) - line));
  }
  expect(worst).toBeLessThan(1.4e-4);
  expect(rightProbability(16)).toBeLessThan(2 ** -53);
});

test("all tilts are on the list in both regimes of the left proposal", () => {
  expect(TILTS.filter((z) => z * 0.32 < 1).length).toBeGreaterThan(5);
  expect(TILTS.filter((z) => z * 0.32 > 1).length).toBeGreaterThan(5);
});
