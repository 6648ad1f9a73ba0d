import { describe, expect, test } from "vitest";
import {
  gatedDensity,
  weightedDensity,
} from "../../../../diagnostics/losses/conditional-density.ts";
import type { Covariates } from "../../../../diagnostics/losses/covariates.ts";
import { hellinger, totalVariation } from "../../../../diagnostics/losses/density-distance.ts";
import { functionalGateLoss } from "../../../../diagnostics/losses/functional-gate-loss.ts";
import { gatedMeasure } from "../../../../diagnostics/losses/gated-measure.ts";
import type { WeightedMeasure } from "../../../../diagnostics/losses/measures.ts";
import { mixtureLoss } from "../../../../diagnostics/losses/mixture-loss.ts";
import { voronoiLoss } from "../../../../diagnostics/losses/voronoi-loss.ts";
import { APART, measured } from "../../../helpers/tiny-measures.ts";
import { coshPair, type Split, split, TRUTH } from "./plain-voronoi.ts";

const NONE: Covariates = { kind: "points", points: [[]] };
const LINE: Covariates = { kind: "uniform", lower: [-1], upper: [1] };
const STANDARD: WeightedMeasure = { weights: [1], experts: [{ coefficients: [0], sd: 1 }] };

/** m atoms around one of variance 1 with its moments up to order 2m − 1: the worst case for m atoms. */
function hermiteSplit(m: 2 | 3, delta: number): WeightedMeasure {
  const nodes = { 2: [1, -1], 3: [0, Math.sqrt(3), -Math.sqrt(3)] }[m];
  const weights = { 2: [0.5, 0.5], 3: [2 / 3, 1 / 6, 1 / 6] }[m];
  const sd = Math.sqrt(1 - delta * delta);
  return { weights, experts: nodes.map((node) => ({ coefficients: [delta * node], sd })) };
}

const slope = (f: (delta: number) => number, delta: number) => Math.log2(f(delta) / f(delta / 2));

describe.each([2, 3] as const)("where %d atoms cover one in the worst way", (m) => {
  const distance = (delta: number) =>
    totalVariation(weightedDensity(hermiteSplit(m, delta)), weightedDensity(STANDARD), NONE).value;

  test("the density moves by the power 2m of their spread, and so does the loss", () => {
    // The next term of the distance is smaller by δ² or δ.
    expect(Math.abs(slope(distance, 0.02) - 2 * m)).toBeLessThan(0.05);
    const loss = (delta: number) => mixtureLoss(hermiteSplit(m, delta), STANDARD).value;
    expect(slope(loss, 0.02)).toBeCloseTo(2 * m, 2);
  });

  test("a loss with smaller powers would fall more slowly than the density, and not be dominated", () => {
    const strong = (delta: number) => mixtureLoss(hermiteSplit(m, delta), STANDARD, "strong").value;
    expect(slope(strong, 0.02)).toBeLessThan(2.1);
    expect(strong(0.02) / distance(0.02)).toBeGreaterThan(100 * (strong(0.5) / distance(0.5)));
  });

  test("the constant is that of the first moment that differs", () => {
    // p − q = ± m! δ^2m / (2m)! · (2m-th derivative of φ), m! from Σ w He_2m at the nodes.
    const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
    const hermite =
      m === 2
        ? (y: number) => y ** 4 - 6 * y ** 2 + 3
        : (y: number) => y ** 6 - 15 * y ** 4 + 45 * y ** 2 - 15;
    let integral = 0;
    for (let y = -12; y < 12; y += 1e-3) {
      integral += (1e-3 * Math.abs(hermite(y)) * Math.exp((-y * y) / 2)) / Math.sqrt(2 * Math.PI);
    }
    const delta = 0.01;
    const expected = (0.5 * factorial(m) * delta ** (2 * m) * integral) / factorial(2 * m);
    // The next order is relatively δ² times a constant of the order of 2m.
    expect(distance(delta) / expected).toBeCloseTo(1, 2);
  });
});

describe("gated mixtures with one expert covered twice", () => {
  const moves: readonly Split[] = [{ gate: 1 }, { slope: 1 }, { intercept: 1 }, { variance: 1 }];

  test("total variation over the published loss stays away from 0 on every path", () => {
    for (const by of moves) {
      const ratio = (delta: number) => {
        const fit = split(
          TRUTH,
          0,
          Object.fromEntries(Object.keys(by).map((name) => [name, delta])),
        );
        const variation = totalVariation(gatedDensity(fit), gatedDensity(TRUTH), LINE, {
          tolerance: 1e-4,
        });
        return variation.value / voronoiLoss(fit, TRUTH, "published").value;
      };
      expect(ratio(0.01)).toBeGreaterThan(0.5 * ratio(0.1));
    }
  });

  test("gate slopes that lie δ apart move the density by δ²: the power of the refined loss", () => {
    const distance = (delta: number) =>
      hellinger(gatedDensity(split(TRUTH, 0, { gate: delta })), gatedDensity(TRUTH), LINE).value;
    const refined = (delta: number) =>
      voronoiLoss(split(TRUTH, 0, { gate: delta }), TRUTH, "refined").value;
    const published = (delta: number) =>
      voronoiLoss(split(TRUTH, 0, { gate: delta }), TRUTH, "published").value;
    expect(slope(distance, 0.02)).toBeCloseTo(2, 2);
    expect(slope(refined, 0.02)).toBeCloseTo(2, 6);
    expect(slope(published, 0.02)).toBeCloseTo(4, 6);
  });

  test("with every expert covered twice the density need not move at all: no power would do", () => {
    const fit = coshPair(TRUTH, 1.3);
    expect(hellinger(gatedDensity(fit), gatedDensity(TRUTH), LINE).value).toBeLessThan(1e-14);
    for (const mode of ["exact", "strong", "published", "refined"] as const) {
      expect(voronoiLoss(fit, TRUTH, mode).value).toBeGreaterThan(2);
    }
    expect(functionalGateLoss(fit, TRUTH, LINE).value).toBeLessThan(1e-14);
  });
});

test("a draw's mixing measure becomes one of losses, by hand and without loss", () => {
  const { space, measure } = measured(APART);
  const found = gatedMeasure(space, measure);
  expect(found.experts).toHaveLength(APART.length);
  const [[, expert]] = APART as unknown as [[unknown, readonly number[]]];
  expect(found.experts[0]!.sd).toBeCloseTo(expert[2]!, 12);
  expect(found.gate.map(({ intercept }) => intercept)).toEqual(
    Array.from(
      measure.weight,
      (_, k) => measure.gate.data[k * measure.gate.columns + space.gateLevel]!,
    ),
  );
  expect(voronoiLoss(found, found).value).toBeLessThan(1e-14);
  const moved = measured(
    APART.map(([[a, b], parameters]) => [[a + 3, b - 2], parameters] as const),
  );
  expect(voronoiLoss(gatedMeasure(moved.space, moved.measure), found).value).toBeLessThan(1e-12);
});
