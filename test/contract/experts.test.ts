import { describe, expect, test } from "vitest";
import { experts } from "../../models/experts/index.ts";
import { createRng, uniform } from "../../src/math/rng.ts";
import { integrate } from "../helpers/quadrature.ts";
import { uniformityTest } from "../helpers/statistics.ts";
import { boxScores, FAR, gainNearby, zScore } from "./contract-tools.ts";
import { expertPriors, membersOf, objectiveOf, observations } from "./experts-cases.ts";

const ALL = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

const cases = Object.values(experts).flatMap((family) =>
  Object.entries(expertPriors[family.name] ?? {}).map(
    ([name, prior]) => [`${family.name}, ${name}`, family, prior] as const,
  ),
);

test("every registered family has priors here", () => {
  expect(Object.keys(expertPriors).sort()).toEqual(Object.keys(experts).sort());
});

describe.each(cases)("%s", (_, family, prior) => {
  const { response } = family.compile(observations(), prior);
  const compiled = (offset = false) => family.compile(observations(offset, response), prior);
  const drawn = (seed: number) => {
    const expert = compiled();
    const theta = new Float64Array(expert.dimension);
    expert.samplePrior(createRng(seed), theta);
    return theta;
  };

  test("lays out as many numbers as a parameter vector holds", () => {
    const expert = compiled();
    const sizes = expert.layout.map(({ size }) => size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(expert.dimension);
    const covered = expert.updates.flatMap(({ block }) => block.split(", "));
    expect(covered.sort()).toEqual(expert.layout.map(({ name }) => name).sort());
  });

  test("draws from the prior whose density it states", () => {
    const { dimension, logPrior, samplePrior } = compiled();
    const scores = boxScores({ dimension, logDensity: logPrior, sample: samplePrior }, 31);
    for (const z of scores) expect(Math.abs(z)).toBeLessThan(FAR);
  });

  test("gives what is outside the support a log prior of −Infinity", () => {
    const { layout, logPrior } = compiled();
    let at = 0;
    for (const { size, support } of layout) {
      const theta = drawn(3);
      theta[at] = -0.1;
      if (support === "positive") expect(logPrior(theta)).toBe(Number.NEGATIVE_INFINITY);
      at += size;
    }
  });

  test("has a density, mean, variance and cumulative that belong together, and sees y change", () => {
    const expert = compiled(true);
    const theta = drawn(5);
    const out = new Float64Array(expert.y.length);
    const answer = (what: "logDensity" | "mean" | "variance" | "cumulative", y = 0, i = 3) => {
      expert.y.fill(y);
      expert[what](theta, out);
      return out[i]!;
    };
    const mean = answer("mean");
    const density = (y: number) => Math.exp(answer("logDensity", y));
    const upTo = response === "count" ? sumUpTo : integralUpTo(mean);
    expect(upTo(density, Infinity)).toBeCloseTo(1, 8);
    expect(upTo((y) => y * density(y), Infinity)).toBeCloseTo(mean, 7);
    const variance = answer("variance");
    expect(upTo((y) => (y - mean) ** 2 * density(y), Infinity) / variance).toBeCloseTo(1, 7);
    for (const z of [-2, -0.3, 1.1]) {
      const y = mean + z * Math.sqrt(variance);
      expect(answer("cumulative", y)).toBeCloseTo(upTo(density, y), 7);
    }
  });

  test("has no density at what the response cannot be", () => {
    if (response !== "count") return;
    const expert = compiled();
    const out = new Float64Array(expert.y.length);
    expert.y.set([-1, 0.5]);
    expert.logDensity(drawn(5), out);
    expect([...out.slice(0, 2)]).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  });

  test("simulates what its cumulative says, at the rows asked for and nowhere else", () => {
    const expert = compiled(true);
    const theta = drawn(6);
    const rng = createRng(8);
    const below: number[] = [];
    const out = new Float64Array(expert.y.length);
    /** The cdf at row i, where it has steps at a uniform height of the step. */
    const heights = () => {
      expert.cumulative(theta, out);
      if (response !== "count") return out;
      const above = out.slice();
      expert.y.forEach((y, i) => {
        expert.y[i] = y - 1;
      });
      expert.cumulative(theta, out);
      return above.map((top, i) => out[i]! + uniform(rng) * (top - out[i]!));
    };
    for (let t = 0; t < 500; t++) {
      expert.y.fill(Number.NaN);
      expert.simulate(rng, theta, Int32Array.of(1, 4, 7), expert.y);
      expect(Number.isNaN(expert.y[0]!)).toBe(true);
      const at = heights();
      below.push(at[1]!, at[4]!, at[7]!);
    }
    expect(uniformityTest("draws", Float64Array.from(below)).p).toBeGreaterThan(1e-4);
  });

  test.each([
    ["every row", membersOf(ALL)],
    ["weighted rows", membersOf(ALL, [1, 0.2, 0, 3, 1, 0.5, 2, 0.01, 1, 1])],
  ])("maximizes the posterior, wherever it starts: %s", (__, members) => {
    for (const priorWeight of [1, 0.01]) {
      const expert = compiled(true);
      const objective = objectiveOf(expert, members, priorWeight);
      const found = [11, 12, 13].map((seed) => {
        const theta = drawn(seed);
        expert.maximize(theta, members, priorWeight);
        return theta;
      });
      for (const theta of found) {
        expect(gainNearby(objective, theta)).toBeLessThanOrEqual(1e-12);
        expect(objective(theta)).toBeCloseTo(objective(found[0]!), 8);
      }
    }
  });

  test("maximizes the likelihood where the prior has no weight", () => {
    const expert = compiled(true);
    const members = membersOf(ALL);
    const theta = drawn(11);
    expert.maximize(theta, members, 0);
    expect(gainNearby(objectiveOf(expert, members, 0), theta)).toBeLessThanOrEqual(1e-12);
  });

  test("counts a row of weight 2 twice", () => {
    const expert = compiled();
    const once = drawn(11);
    const twice = once.slice();
    expert.maximize(once, membersOf([0, 1, 2, 3, 5], [1, 2, 1, 1, 2]), 1);
    expert.maximize(twice, membersOf([0, 1, 1, 2, 3, 5, 5]), 1);
    once.forEach((value, j) => {
      expect(value).toBeCloseTo(twice[j]!, 7);
    });
  });

  test("has a possible maximum without rows, with one, and where all responses are equal", () => {
    const expert = compiled();
    for (const rows of [[], [2], [2, 3], ALL]) {
      for (const y of response === "count" ? [0, 2] : [0.1]) {
        const theta = drawn(14);
        expert.y.fill(y);
        expert.maximize(theta, membersOf(rows), 1);
        expect(expert.logPrior(theta)).toBeGreaterThan(-1e4);
        expect(theta.every(Number.isFinite)).toBe(true);
      }
    }
  });

  test.each([
    ["six rows", [0, 2, 3, 5, 8, 9]],
    ["one row", [4]],
    ["no rows", []],
  ])("an update keeps the joint law of parameters and data: %s", (__, rows) => {
    const expert = compiled(true);
    const members = membersOf(rows);
    const rng = createRng(77, rows.length);
    const theta = new Float64Array(expert.dimension);
    const differences: number[][] = [];
    for (let t = 0; t < 4000; t++) {
      expert.samplePrior(rng, theta);
      expert.simulate(rng, theta, members.rows, expert.y);
      const before = observe(theta);
      expert.update(rng, theta, members);
      differences.push(observe(theta).map((value, j) => value - before[j]!));
    }
    for (let j = 0; j < differences[0]!.length; j++) {
      const score = zScore(
        differences.map((row) => row[j]!),
        0,
      );
      expect(Math.abs(score), `statistic ${j}`).toBeLessThan(FAR);
    }

    /** Bounded functions of the coefficients, log sd, and how well the rows fit. */
    function observe(point: Float64Array): number[] {
      const density = new Float64Array(expert.y.length);
      expert.logDensity(point, density);
      const bounded = Array.from(point, (value) => Math.tanh(value / 2));
      const squares = bounded.map((value) => value * value);
      const fit = rows.reduce((sum, i) => sum + density[i]!, 0);
      return [...bounded, ...squares, bounded[0]! * bounded[1]!, ...(rows.length > 0 ? [fit] : [])];
    }
  });

  test.each([
    ["three rows", [1, 4, 6]],
    ["no rows", []],
  ])("has an approximation whose weights average to the marginal likelihood: %s", (__, rows) => {
    const expert = compiled(true);
    const approximation = expert.approximate?.(membersOf(rows));
    if (approximation === undefined) return;
    const theta = new Float64Array(expert.dimension);
    const density = new Float64Array(expert.y.length);
    const rng = createRng(88);
    const WEIGHTS = 20_000;
    const weights = Array.from({ length: WEIGHTS }, () => {
      const weight = approximation.draw(rng, theta);
      const again = approximation.logWeight(theta);
      return again === weight || Math.abs(again - weight) < 1e-9 ? Math.exp(weight) : Number.NaN;
    });
    if (rows.length === 0) {
      for (const weight of weights) if (!(Math.abs(weight - 1) < 1e-12)) expect(weight).toBe(1);
      return;
    }
    const likelihoods = Array.from({ length: WEIGHTS }, () => {
      expert.samplePrior(rng, theta);
      expert.logDensity(theta, density);
      return Math.exp(rows.reduce((sum, i) => sum + density[i]!, 0));
    });
    // Two independent estimates of one number: their difference in pairs.
    const score = zScore(
      weights.map((weight, t) => weight - likelihoods[t]!),
      0,
    );
    expect(Math.abs(score)).toBeLessThan(FAR);
  });

  test("takes its rows in any order", () => {
    const expert = compiled(true);
    const forward = drawn(15);
    const backward = forward.slice();
    expert.update(createRng(9), forward, membersOf([1, 3, 4, 8]));
    expert.update(createRng(9), backward, membersOf([8, 1, 4, 3]));
    forward.forEach((value, j) => {
      expect(value).toBeCloseTo(backward[j]!, 9);
    });
  });

  test("adds the offset to the linear predictor", () => {
    const { n, y, design } = observations(false, response);
    const [level, slope] = [0.4, -0.3];
    const offset = Float64Array.from(
      { length: n },
      (_, i) => level + slope * design.X.data[2 * i + 1]!,
    );
    const shifted = family.compile({ n, y, design: { ...design, offset } }, prior);
    const theta = drawn(16);
    const moved = theta.slice();
    moved[0] = theta[0]! + level;
    moved[1] = theta[1]! + slope;
    for (const what of ["logDensity", "mean", "cumulative"] as const) {
      const [a, b] = [new Float64Array(n), new Float64Array(n)];
      shifted[what](theta, a);
      compiled()[what](moved, b);
      a.forEach((value, i) => {
        expect(value).toBeCloseTo(b[i]!, 9);
      });
    }
  });

  test("leaves the declaration and the data as they were, and survives JSON", () => {
    const before = JSON.stringify(prior);
    const data = observations(false, response);
    const expert = family.compile(data, JSON.parse(before));
    const theta = new Float64Array(expert.dimension);
    expert.samplePrior(createRng(1), theta);
    expert.update(createRng(2), theta, membersOf(ALL));
    expert.maximize(theta, membersOf(ALL), 1);
    expect(JSON.stringify(prior)).toBe(before);
    expect(data).toEqual(observations(false, response));
  });
});

type Function = (y: number) => number;

const integralUpTo = (middle: number) => (f: Function, to: number) =>
  to > middle
    ? integrate(f, Number.NEGATIVE_INFINITY, middle) + integrate(f, middle, to)
    : integrate(f, Number.NEGATIVE_INFINITY, to);

const MOST_COUNTS = 2000;

function sumUpTo(f: Function, to: number): number {
  let total = 0;
  for (let y = 0; y <= Math.min(to, MOST_COUNTS); y++) total += f(y);
  return total;
}
