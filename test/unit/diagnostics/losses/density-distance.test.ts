import { describe, expect, test } from "vitest";
import {
  type ConditionalDensity,
  type DensityExpert,
  deviatedDensity,
  expm1,
  gatedDensity,
  weightedDensity,
} from "../../../../diagnostics/losses/conditional-density.ts";
import type { Covariates } from "../../../../diagnostics/losses/covariates.ts";
import {
  hellinger,
  squaredHellingerAt,
  totalVariation,
  totalVariationAt,
} from "../../../../diagnostics/losses/density-distance.ts";
import { logGamma, normalCdf } from "../../../../src/math/stdlib.ts";
import reference from "../../../reference/density-distances.json" with { type: "json" };
import { coshPair, TRUTH } from "./plain-voronoi.ts";

const NONE: Covariates = { kind: "points", points: [[]] };
const LINE: Covariates = { kind: "uniform", lower: [-1], upper: [1] };
const HERE = new Float64Array(0);

const normalAt = (mean: number, sd: number) =>
  weightedDensity({ weights: [1], experts: [{ coefficients: [mean], sd }] });
const relative = (found: number, exact: number) => Math.abs(found / exact - 1);

test("e^x − 1 has full relative accuracy everywhere", () => {
  for (let x = -30; x < 30; x += 0.37)
    expect(relative(expm1(x), Math.expm1(x))).toBeLessThan(2e-15);
  for (const x of [1e-300, -1e-17, 3e-9, -0.499, 0.499, 1e-5]) {
    expect(relative(expm1(x), Math.expm1(x))).toBeLessThan(2e-15);
  }
  expect(expm1(Number.NEGATIVE_INFINITY)).toBe(-1);
  expect(expm1(0)).toBe(0);
});

describe.each([4, 1, 1e-3, 1e-8, 1e-12])("two normal densities shifted by %d", (shift) => {
  const sd = 1.5;
  const [p, q] = [normalAt(0, sd), normalAt(shift, sd)];
  // The logs of the densities are rounded to about 1e-16, and so is their difference, of size `shift`.
  const tolerance = Math.max(1e-12, 1e-15 / shift);

  test("Hellinger", () => {
    const exact = Math.sqrt(-Math.expm1((-shift * shift) / (8 * sd * sd)));
    expect(relative(hellinger(p, q, NONE).value, exact)).toBeLessThan(tolerance);
  });

  test("total variation", () => {
    const z = shift / (2 * sd);
    const exact =
      z > 1e-2
        ? 2 * normalCdf(z) - 1
        : Math.sqrt(2 / Math.PI) * z * (1 - (z * z) / 6 + z ** 4 / 40);
    expect(relative(totalVariation(p, q, NONE).value, exact)).toBeLessThan(tolerance);
  });
});

test.each([0.3, 3, 1e-2, 1e-8])("two sds, their ratio 1 + %d", (excess) => {
  const [a, b] = [1, 1 + excess];
  // 1 − √(2ab / (a² + b²)), with a² + b² = 2ab + (b − a)².
  const exact = Math.sqrt(-Math.expm1(-0.5 * Math.log1p((b - a) ** 2 / (2 * a * b))));
  const { value } = hellinger(normalAt(1, a), normalAt(1, b), NONE);
  expect(relative(value, exact)).toBeLessThan(Math.max(1e-12, 1e-15 / excess));
});

test("scales that differ by a factor of 1000 are both resolved", () => {
  const [a, b] = [1, 1000];
  const exact = Math.sqrt(1 - Math.sqrt((2 * a * b) / (a * a + b * b)));
  expect(relative(hellinger(normalAt(0, a), normalAt(0, b), NONE).value, exact)).toBeLessThan(
    1e-12,
  );
  const z = Math.sqrt((2 * Math.log(b / a)) / (1 / (a * a) - 1 / (b * b)));
  const variation = 2 * (normalCdf(z / a) - normalCdf(z / b));
  expect(
    relative(totalVariation(normalAt(0, a), normalAt(0, b), NONE).value, variation),
  ).toBeLessThan(1e-11);
});

describe.each(reference.cases)(
  "mixtures of experts $delta apart, against 40 digits",
  ({ delta, other, hellinger: h, totalVariationAt: variations }) => {
    // Logs of densities are rounded to about 1e-16, and what is sought is about delta.
    const tolerance = Math.max(1e-11, 1e-15 / delta);
    const [p, q] = [gatedDensity(reference.truth), gatedDensity(other)];

    test("Hellinger", () => {
      expect(relative(hellinger(p, q, LINE).value, Number(h))).toBeLessThan(tolerance);
    });

    test("total variation at a place", () => {
      for (const [x, exact] of variations as [number, string][]) {
        expect(relative(totalVariationAt(p, q, Float64Array.of(x)), Number(exact))).toBeLessThan(
          tolerance,
        );
      }
    });
  },
);

test("over covariates: slopes apart by a, x uniform; the total variation has a kink at 0", () => {
  const single = (slope: number) =>
    gatedDensity({
      gate: [{ intercept: 0, slopes: [0] }],
      experts: [{ coefficients: [0, slope], sd: 1 }],
    });
  const a = 1e-8;
  expect(
    relative(totalVariation(single(0), single(a), LINE).value, a / (2 * Math.sqrt(2 * Math.PI))),
  ).toBeLessThan(1e-7);
  expect(relative(hellinger(single(0), single(a), LINE).value, a / Math.sqrt(24))).toBeLessThan(
    1e-7,
  );
});

test.each([1, 2, 3, 5])(
  "over %d normal covariates, by quadrature or lattices, within the error named",
  (d) => {
    const slope = 0.8 / Math.sqrt(d);
    const covariates: Covariates = {
      kind: "normal",
      mean: new Array<number>(d).fill(0),
      sd: new Array<number>(d).fill(1),
    };
    const single = (b: number) =>
      gatedDensity({
        gate: [{ intercept: 0, slopes: new Array<number>(d).fill(0) }],
        experts: [{ coefficients: [0, ...new Array<number>(d).fill(b)], sd: 1 }],
      });
    const exact = Math.sqrt(1 - 1 / Math.sqrt(1 + (slope * slope * d) / 4));
    const { value, error } = hellinger(single(0), single(slope), covariates, {
      points: 503,
      ...(d === 2 ? { tolerance: 1e-5 } : {}),
    });
    expect(Math.abs(value - exact)).toBeLessThan(d <= 2 ? 1e-5 : 3 * error);
    expect(error).toBeLessThan(d <= 2 ? 1e-5 : 1e-3);
  },
);

test("heavy tails: Laplace and Cauchy densities shifted", () => {
  const family =
    (logDensity: (z: number) => number) =>
    (centre: number): ConditionalDensity => ({
      experts: [
        { logDensity: (y) => logDensity(y - centre), centre: () => centre, spread: () => 1 },
      ],
      logWeights: (_, out) => out.fill(0),
      heavyTails: true,
    });
  const laplace = family((z) => -Math.abs(z) - Math.LN2);
  const cauchy = family((z) => -Math.log(Math.PI * (1 + z * z)));
  const shift = 0.7;
  expect(totalVariationAt(laplace(0), laplace(shift), HERE)).toBeCloseTo(
    1 - Math.exp(-shift / 2),
    10,
  );
  const affinity = (1 + shift / 2) * Math.exp(-shift / 2);
  expect(squaredHellingerAt(laplace(0), laplace(shift), HERE)).toBeCloseTo(1 - affinity, 10);
  expect(totalVariationAt(cauchy(0), cauchy(shift), HERE)).toBeCloseTo(
    (2 / Math.PI) * Math.atan(shift / 2),
    10,
  );
});

test("counts: two Poisson distributions", () => {
  const poisson = (mean: number): ConditionalDensity => {
    const expert: DensityExpert = {
      logDensity: (y) => y * Math.log(mean) - mean - logGamma(y + 1),
      centre: () => mean,
      spread: () => Math.sqrt(mean),
    };
    return { experts: [expert], logWeights: (_, out) => out.fill(0), response: "counts" };
  };
  const exact = 1 - Math.exp(-0.5 * (Math.sqrt(7) - Math.sqrt(4)) ** 2);
  expect(squaredHellingerAt(poisson(4), poisson(7), HERE)).toBeCloseTo(exact, 12);
  const tiny = -Math.expm1(-0.5 * (1e-8 / (2 * Math.sqrt(4))) ** 2);
  expect(relative(squaredHellingerAt(poisson(4), poisson(4 + 1e-8), HERE), tiny)).toBeLessThan(
    1e-6,
  );
});

test("a deviated density moves by as much as its share", () => {
  const [known, fitted] = [normalAt(0, 1), normalAt(3, 1)];
  const [a, b] = [0.3, 0.5].map((lambda) => deviatedDensity(known, lambda, fitted));
  const full = totalVariationAt(known, fitted, HERE);
  expect(totalVariationAt(a!, b!, HERE)).toBeCloseTo(0.2 * full, 10);
});

test("a twofold cover of every expert, slopes of the gate apart, has the same density", () => {
  const [p, q] = [gatedDensity(TRUTH), gatedDensity(coshPair(TRUTH, 1.3))];
  expect(hellinger(p, q, LINE).value).toBeLessThan(1e-14);
  expect(totalVariation(p, q, LINE).value).toBeLessThan(1e-14);
});

test("the distances bound each other and obey the triangle inequality", () => {
  const [a, b, c] = [
    normalAt(0, 1),
    normalAt(1, 0.4),
    weightedDensity({
      weights: [0.4, 0.6],
      experts: [
        { coefficients: [0], sd: 2 },
        { coefficients: [3], sd: 0.2 },
      ],
    }),
  ];
  for (const distance of [
    (p: ConditionalDensity, q: ConditionalDensity) => hellinger(p, q, NONE).value,
    (p: ConditionalDensity, q: ConditionalDensity) => totalVariation(p, q, NONE).value,
  ]) {
    expect(distance(a, c)).toBeLessThan(distance(a, b) + distance(b, c));
    expect(distance(a, b)).toBeCloseTo(distance(b, a), 13);
  }
  for (const [p, q] of [
    [a, b],
    [a, c],
    [b, c],
  ] as const) {
    const [h, v] = [hellinger(p, q, NONE).value, totalVariation(p, q, NONE).value];
    expect(v).toBeGreaterThan(h * h);
    expect(v).toBeLessThan(Math.SQRT2 * h);
  }
});

test("what cannot be laid out is refused", () => {
  const gate = [{ intercept: 0, slopes: [0, 1] }];
  expect(() => gatedDensity({ gate, experts: [{ coefficients: [0, 1], sd: 1 }] })).toThrow(
    /2 coefficients, and 2 slopes/,
  );
  expect(() =>
    gatedDensity({ gate: [{ intercept: 0, slopes: [] }], experts: [{ coefficients: [0] }] }),
  ).toThrow(/must have an sd/);
  const [p, q] = [normalAt(0, 1), normalAt(1, 1)];
  expect(() => hellinger(p, q, { kind: "uniform", lower: [1], upper: [1] })).toThrow(
    /upper > lower/,
  );
  expect(() => hellinger(p, q, { kind: "points", points: [] })).toThrow(/0 points/);
  expect(() => weightedDensity({ weights: [0.5, 0.4], experts: [] })).toThrow(
    /2 weights for 0 experts/,
  );
});
