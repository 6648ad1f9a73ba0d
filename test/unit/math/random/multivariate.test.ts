import { expect, test } from "vitest";
import { cholesky } from "../../../../src/math/cholesky.ts";
import { multivariateNormal, multivariateT } from "../../../../src/math/random/elliptical.ts";
import { normalFromPrecision } from "../../../../src/math/random/multivariate-normal.ts";
import { createRng } from "../../../../src/math/rng.ts";
import { normalCdf, studentCdf } from "../../../../src/math/stdlib.ts";
import { fitTest } from "../../../helpers/variates.ts";

// Precision with inverse [[3, −1], [−1, 2]] / 5 and so mean (1, 3) / 5 · … of rhs (1, 4).
const PRECISION = [2, 1, 1, 3];
const COVARIANCE = [0.6, -0.2, -0.2, 0.4];
const RHS = Float64Array.of(1, 4);
const MEAN = Float64Array.of(0.6 - 0.8, -0.2 + 1.6);
const N = 100_000;

function factor(): Float64Array {
  const L = Float64Array.from(PRECISION);
  cholesky(L, 2);
  return L;
}

/** Directions along which a draw is projected: its law there is known. */
const DIRECTIONS = [
  [1, 0],
  [0, 1],
  [1, 1],
  [1, -2],
] as const;

function standardized([a, b]: readonly [number, number], x: Float64Array): number {
  const variance = a * a * COVARIANCE[0]! + 2 * a * b * COVARIANCE[1]! + b * b * COVARIANCE[3]!;
  return (a * (x[0]! - MEAN[0]!) + b * (x[1]! - MEAN[1]!)) / Math.sqrt(variance);
}

test("normal draws have mean Λ⁻¹ b and covariance Λ⁻¹ in every direction", () => {
  const rng = createRng(61);
  const L = factor();
  const out = new Float64Array(2);
  const projected = DIRECTIONS.map(() => new Float64Array(N));
  for (let i = 0; i < N; i++) {
    normalFromPrecision(rng, L, RHS, out);
    DIRECTIONS.forEach((direction, k) => {
      projected[k]![i] = standardized(direction, out);
    });
  }
  for (const draws of projected) expect(fitTest(draws, normalCdf).p).toBeGreaterThan(1e-3);
});

test("the right side may be overwritten by the draw", () => {
  const [apart, inPlace] = [new Float64Array(2), RHS.slice()];
  normalFromPrecision(createRng(62), factor(), RHS, apart);
  normalFromPrecision(createRng(62), factor(), inPlace, inPlace);
  expect(inPlace).toEqual(apart);
});

const DF = 5;
test.each([
  // At distance² 4: −log 2π + log|L| − 2, and Γ(7/2) / (Γ(5/2) 5π) |L| (1 + 4/5)^(−7/2), |L| = √5.
  ["normal", multivariateNormal(2), normalCdf, -Math.log(2 * Math.PI) + Math.log(5) / 2 - 2],
  [
    "t",
    multivariateT(2, DF),
    (x: number) => studentCdf(x, DF),
    Math.log(2.5 / (5 * Math.PI)) + Math.log(5) / 2 - 3.5 * Math.log(1.8),
  ],
])("draws of a %s around a mode have its density in every direction", (_, density, cdf, atTwo) => {
  const rng = createRng(63);
  const L = factor();
  const out = new Float64Array(2);
  const projected = DIRECTIONS.map(() => new Float64Array(N));
  for (let i = 0; i < N; i++) {
    const logDensity = density.draw(rng, MEAN, L, out);
    if (i < 10) expect(density.logDensity(MEAN, L, out)).toBeCloseTo(logDensity, 10);
    DIRECTIONS.forEach((direction, k) => {
      projected[k]![i] = standardized(direction, out);
    });
  }
  for (const draws of projected) expect(fitTest(draws, cdf).p).toBeGreaterThan(1e-3);
  // (√2, 0) is at distance² 2 · 2 from the mode.
  const point = Float64Array.of(MEAN[0]! + Math.SQRT2, MEAN[1]!);
  expect(density.logDensity(MEAN, L, point)).toBeCloseTo(atTwo, 12);
});
