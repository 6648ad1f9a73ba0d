import { describe, expect, test } from "vitest";
import { compileDistribution, distributions } from "../../models/priors/index.ts";
import type { Distribution } from "../../src/core/distribution.ts";
import { ModelError } from "../../src/core/errors.ts";
import { createRng } from "../../src/math/rng.ts";
import { cumulative, integrate } from "../helpers/quadrature.ts";
import { uniformityTest } from "../helpers/statistics.ts";

type Parameters = Readonly<Record<string, number>>;

/** Parameters that try each kind where it is easy and where it is awkward. */
const examples: Readonly<Record<string, readonly Parameters[]>> = {
  normal: [
    { mean: 0, sd: 1 },
    { mean: -30, sd: 0.02 },
  ],
  "student-t": [
    { df: 1, location: 0, scale: 1 },
    { df: 4.5, location: 3, scale: 20 },
  ],
  "half-normal": [{ sd: 1 }, { sd: 250 }],
  "half-cauchy": [{ scale: 1 }, { scale: 0.01 }],
  "inverse-gamma": [
    { shape: 2, rate: 0.5 },
    { shape: 0.6, rate: 100 },
  ],
  gamma: [
    { shape: 3, rate: 2 },
    { shape: 0.4, rate: 0.01 },
  ],
  exponential: [{ rate: 1 }, { rate: 1000 }],
  uniform: [
    { lower: -2, upper: 5 },
    { lower: 0, upper: 1e-3 },
  ],
  beta: [
    { a: 2, b: 3 },
    { a: 0.5, b: 1.5 },
  ],
};

const cases = distributions.flatMap((family) =>
  (examples[family.kind] ?? []).map((parameters) => {
    const declaration = { kind: family.kind, ...parameters };
    return [JSON.stringify(declaration), family.compile(declaration)] as const;
  }),
);

/** The ends of the support, and a point inside on the way: where the bulk is, so that no rule misses it. */
function range({ declaration, support }: Distribution): readonly [number, number, number] {
  const { kind, lower, upper, mean, location } = declaration;
  if (kind === "uniform")
    return [Number(lower), (Number(lower) + Number(upper)) / 2, Number(upper)];
  if (support === "unit") return [0, 0.5, 1];
  if (support === "positive") return [0, 1, Number.POSITIVE_INFINITY];
  return [Number.NEGATIVE_INFINITY, Number(mean ?? location), Number.POSITIVE_INFINITY];
}

const density = (distribution: Distribution) => (x: number) => Math.exp(distribution.logDensity(x));

function drawn(distribution: Distribution, n: number): Float64Array {
  const rng = createRng(20, 7);
  return Float64Array.from({ length: n }, () => distribution.sample(rng));
}

test("every registered distribution has examples here", () => {
  expect(distributions.map(({ kind }) => kind).sort()).toEqual(Object.keys(examples).sort());
});

describe.each(cases)("%s", (_, distribution) => {
  const [lower, middle, upper] = range(distribution);
  const f = density(distribution);

  test("has a density that integrates to 1", () => {
    // A density like (1 − x)^(1/2) at the end of the unit interval is known there to √ε only.
    const total = integrate(f, lower, middle) + integrate(f, middle, upper);
    expect(Math.abs(total - 1)).toBeLessThan(1e-7);
  });

  test("draws what its density says", () => {
    // At this size the test sees a cdf that is off by 0.02. The cdf itself is checked below.
    const draws = drawn(distribution, 10_000).sort();
    const below = distribution.cdf
      ? draws.map(distribution.cdf)
      : cumulative(f, lower, draws, 1e-8);
    expect(uniformityTest("draws", below).p).toBeGreaterThan(1e-3);
  });

  test("has a cdf that is the integral of its density", () => {
    const points = drawn(distribution, 20).sort();
    const expected = cumulative(f, lower, points);
    points.forEach((x, i) => {
      expect(Math.abs(distribution.cdf!(x) - expected[i]!)).toBeLessThan(1e-7);
    });
    expect(distribution.cdf!(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(distribution.cdf!(Number.POSITIVE_INFINITY)).toBe(1);
  });

  test("is impossible outside its support and keeps a NaN", () => {
    const outside = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    if (Number.isFinite(lower)) outside.push(lower - 1e-9);
    if (Number.isFinite(upper)) outside.push(upper + 1e-9);
    for (const x of outside) expect(distribution.logDensity(x)).toBe(Number.NEGATIVE_INFINITY);
    expect(distribution.logDensity(Number.NaN)).toBeNaN();
  });

  test("draws inside its support, the same for the same stream", () => {
    const draws = drawn(distribution, 200);
    expect(draws).toEqual(drawn(distribution, 200));
    for (const x of draws) expect(distribution.logDensity(x)).toBeGreaterThan(-1e3);
  });

  test("survives JSON", () => {
    const revived = compileDistribution(JSON.parse(JSON.stringify(distribution.declaration)));
    expect(revived.declaration).toEqual(distribution.declaration);
    expect(revived.support).toBe(distribution.support);
    expect(Object.isFrozen(revived.declaration)).toBe(true);
    const [x] = drawn(distribution, 1);
    expect(revived.logDensity(x!)).toBe(distribution.logDensity(x!));
  });

  test("refuses each parameter that is not a number, by name and value", () => {
    for (const name of Object.keys(distribution.declaration).filter((key) => key !== "kind")) {
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY, "1"]) {
        const shown = typeof value === "string" ? `"${value}"` : String(value);
        const compile = () => compileDistribution({ ...distribution.declaration, [name]: value });
        expect(compile).toThrow(ModelError);
        expect(compile).toThrow(new RegExp(`\`${name}\`.*must be .*number.*; got ${shown}\\.`));
      }
    }
  });
});

const ANY_NUMBER = ["mean", "location", "lower", "upper"];

test.each(
  distributions.flatMap(({ kind, parameters }) =>
    parameters.filter((name) => !ANY_NUMBER.includes(name)).map((name) => [kind, name] as const),
  ),
)("%s refuses a `%s` that is 0 or negative", (kind, name) => {
  for (const value of [0, -2.5]) {
    const compile = () => compileDistribution({ kind, ...examples[kind]![0], [name]: value });
    expect(compile).toThrow(ModelError);
    expect(compile).toThrow(`\`${name}\``);
    expect(compile).toThrow(`must be a number > 0; got ${value}.`);
  }
});
