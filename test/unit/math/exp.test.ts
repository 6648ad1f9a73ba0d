import { describe, expect, test } from "vitest";
import { fastExp, fastLog, fastLogOfNormal } from "../../../src/math/exp.ts";
import { uniform } from "../../../src/math/rng.ts";
import { drawMany } from "../../helpers/variates.ts";

const POINTS = 1_000_000;
const uniforms = drawMany(uniform, POINTS, 81);

/** Distance in units in the last place of `truth`; Math.exp and Math.log err by less than 1 themselves. */
function unitsOff(value: number, truth: number): number {
  if (value === truth) return 0;
  const exponent = Math.floor(Math.log2(Math.max(Math.abs(truth), 2 ** -1022)));
  return Math.abs(value - truth) / 2 ** (exponent - 52);
}

function worst(f: (x: number) => number, truth: (x: number) => number, points: Float64Array) {
  return points.reduce((most, x) => Math.max(most, unitsOff(f(x), truth(x))), 0);
}

describe("fastExp", () => {
  test.each([
    ["near 0", -1e-3, 1e-3],
    ["in the working range", -40, 40],
    ["wherever the result is normal", -708, 709.78],
    ["with gradual underflow", -745.2, -708],
  ])("is within 2 units in the last place %s", (_, from, to) => {
    const points = uniforms.map((u) => from + (to - from) * u);
    expect(worst(fastExp, Math.exp, points)).toBeLessThanOrEqual(2);
  });

  test("is exact where e^x is simple, and overflows and underflows where it must", () => {
    expect([0, -0, Infinity, -Infinity].map(fastExp)).toEqual([1, 1, Infinity, 0]);
    expect(fastExp(Number.NaN)).toBeNaN();
    expect(fastExp(709.782712893384)).toBeGreaterThan(1.797e308);
    expect(fastExp(709.782712893384)).toBeLessThan(Infinity);
    expect([709.7828, 710, 1e10, 1e300, Number.MAX_VALUE].map(fastExp)).toEqual(
      new Array(5).fill(Infinity),
    );
    expect([-745.14, -746, -1e10, -1e300, -Number.MAX_VALUE].map(fastExp)).toEqual(
      new Array(5).fill(0),
    );
    expect(fastExp(5e-324)).toBe(1);
  });

  test("never decreases across the borders of its cells", () => {
    for (let cell = -6400; cell < 6400; cell++) {
      const border = ((cell + 0.5) * Math.LN2) / 64;
      const step = Math.abs(border) * 2 ** -48;
      expect(fastExp(border + step)).toBeGreaterThanOrEqual(fastExp(border - step));
    }
  });
});

describe("fastLog", () => {
  test.each([
    ["close to 1", (u: number) => 1 + 1e-3 * (u - 0.5)],
    ["around 1", (u: number) => 0.5 + 1.5 * u],
    ["in the unit interval", (u: number) => u],
    ["over all magnitudes", (u: number) => 10 ** (616 * u - 308)],
    ["for subnormal numbers", (u: number) => u * 2 ** -1022],
  ])("is within 2 units in the last place %s", (_, point) => {
    expect(worst(fastLog, Math.log, uniforms.map(point))).toBeLessThanOrEqual(2);
  });

  test("keeps the values and errors of Math.log at the ends", () => {
    expect([0, -0, 1, Infinity].map(fastLog)).toEqual([-Infinity, -Infinity, 0, Infinity]);
    expect([-1, -5e-324, -Infinity, Number.NaN].map(fastLog)).toEqual(
      new Array(4).fill(Number.NaN),
    );
    expect(fastLog(5e-324)).toBeCloseTo(-1074 * Math.LN2, 12);
    expect(fastLog(Number.MAX_VALUE)).toBeCloseTo(1024 * Math.LN2, 12);
    expect(fastLog(1 - 2 ** -53)).toBe(-(2 ** -53));
    expect(fastLog(1 + 2 ** -52)).toBe(2 ** -52 - 2 ** -105);
  });
});

test("fastLogOfNormal has the bits of fastLog for normal numbers", () => {
  const points = uniforms.slice(0, 100_000).map((u) => 10 ** (615 * u - 307));
  expect(points.map(fastLogOfNormal)).toEqual(points.map(fastLog));
  for (const x of [2 ** -1022, 1, Number.MAX_VALUE]) expect(fastLogOfNormal(x)).toBe(fastLog(x));
});

test("the bits of exp and log are the same on every machine", () => {
  expect([0.3, 100, -37.5].map(fastExp)).toEqual([
    1.349858807576003, 2.688117141816135e43, 5.175555005801869e-17,
  ]);
  expect([0.3, 1e100, 1.01].map(fastLog)).toEqual([
    -1.2039728043259361, 230.25850929940458, 0.009950330853168092,
  ]);
});
