import { describe, expect, test } from "vitest";
import {
  type ProfileInterval,
  profileInterval,
  profileIntervals,
} from "../../../diagnostics/profile-interval.ts";
import { standardErrors } from "../../../diagnostics/standard-errors.ts";
import { UsageError } from "../../../src/core/errors.ts";
import {
  logJoint,
  mixtureScratch,
  sumOutAllocation,
  toResponsibilities,
} from "../../../src/core/mixture.ts";
import type { State, Target } from "../../../src/core/target.ts";
import { copy, matrix, row, rowsOf } from "../../../src/math/matrix.ts";
import { createRng } from "../../../src/math/rng.ts";
import { CONJUGATE, CONSTANT, SOFTMAX } from "../../helpers/gibbs-cases.ts";
import { plainEm } from "../../helpers/plain-em.ts";
import { COVARIATE, designRows, tinyTarget } from "../../helpers/tiny-targets.ts";

/** The 95 % quantile of χ²₁. */
const CHI = 3.841458820694124;
const BASELINE = { ...SOFTMAX, baseline: "last" } as const;

/** Two lines; the gate follows x. */
function fitted(
  gate: typeof SOFTMAX | typeof BASELINE | typeof CONSTANT,
  rows: number,
  { seed = 1, apart = 1, slope = 0.8 } = {},
): { target: Target; state: State } {
  const target = tinyTarget({ experts: CONJUGATE, gate, components: 2, rows });
  const gamma = matrix(2, target.gate.dimension);
  gamma.data.set([0.4, slope].slice(0, gamma.columns));
  const theta = matrix(2, 3, Float64Array.of(2 * apart, 1, 0.7, -apart, -0.5, 1));
  const start = { theta, gamma, z: new Int32Array(rows) };
  target.simulate(createRng(seed, 3), start);
  return { target, state: plainEm(target, start, 20_000) };
}

const ends = ({ lower, upper }: ProfileInterval): number[] => [lower.value, upper.value];

/** Ends in units of the estimate's own half widths agree to what crossings are found to. */
function expectSameEnds(found: readonly number[], expected: readonly number[]): void {
  const half = (expected[1]! - expected[0]!) / 2;
  found.forEach((end, side) => {
    expect(Math.abs(end - expected[side]!) / half).toBeLessThan(1e-6);
  });
}

/** Where a decreasing or increasing function is zero. */
function zeroOf(f: (x: number) => number, from: number, to: number): number {
  let [a, b] = [from, to];
  for (let step = 0; step < 100; step++) {
    const middle = (a + b) / 2;
    if (f(middle) > 0 === f(a) > 0) a = middle;
    else b = middle;
  }
  return a;
}

describe("one regression of 10 rows", () => {
  const n = 10;
  const target = tinyTarget({ experts: CONJUGATE, gate: SOFTMAX, components: 1, rows: n });
  const state = plainEm(target, target.samplePrior(createRng(2, 2)));
  const found = profileIntervals(target, state);
  const of = (name: string) => found.find((one) => one.name === name)!;
  const sd = state.theta.data[2]!;

  test("has n log(1 + t² / (n − p)) below the quantile for its coefficients", () => {
    const x = designRows(n).map(([, value]) => value);
    const [s1, s2] = [x.reduce((a, b) => a + b), x.reduce((a, b) => a + b * b, 0)];
    const determinant = n * s2 - s1 * s1;
    for (const [j, inverse] of [s2 / determinant, n / determinant].entries()) {
      const half = Math.sqrt(inverse * n * sd * sd * Math.expm1(CHI / n));
      const centre = state.theta.data[j]!;
      expectSameEnds(ends(found[1 + j]!), [centre - half, centre + half]);
    }
  });

  test("has the profile of a normal sample for its sd, which is not symmetric", () => {
    const lack = (s: number) => n * (2 * Math.log(s / sd) + (sd / s) ** 2 - 1) - CHI;
    const expected = [zeroOf(lack, sd / 10, sd), zeroOf(lack, sd, 10 * sd)];
    expectSameEnds(ends(of("sd[1]")), expected);
    const [low, high] = ends(of("sd[1]"));
    expect((low! * high!) / sd ** 2).toBeGreaterThan(1.05);
  });

  test("has a weight of 1 that is fixed", () => {
    const fixed = { value: 1, reason: "fixed" };
    expect(of("weight[1]")).toMatchObject({ estimate: 1, lower: fixed, upper: fixed });
  });
});

test("one regression of counts has the profile of its slope, whose intercept is known given it", () => {
  const y = Float64Array.of(0, 4, 1, 9, 0, 3, 2, 1, 5, 0);
  const coefficients = { kind: "normal", mean: 0, sd: 2 } as const;
  const experts = { kind: "coefficients", coefficients } as const;
  const model = { family: "poisson", experts, gate: SOFTMAX, components: 1, rows: y.length };
  const target = tinyTarget(model, y);
  const state = plainEm(target, target.samplePrior(createRng(2, 2)));
  const x = designRows(y.length).map(([, value]) => value);
  const total = y.reduce((a, b) => a + b);
  const profile = (slope: number): number => {
    const intercept = Math.log(total / x.reduce((sum, v) => sum + Math.exp(slope * v), 0));
    return x.reduce((sum, v, i) => sum + y[i]! * (intercept + slope * v), 0);
  };
  const slope = state.theta.data[1]!;
  const lack = (t: number): number => 2 * (profile(slope) - profile(t)) - CHI;
  const expected = [zeroOf(lack, slope - 3, slope), zeroOf(lack, slope, slope + 3)];
  expectSameEnds(ends(profileInterval(target, state, "coef[1,x]")), expected);
});

/** Log-likelihood of two weighted lines at its highest by EM from a state, one number held. */
function highestGiven(
  target: Target,
  state: State,
  held: "intercept" | "sd" | "weight",
  t: number,
) {
  const rows = designRows(target.n);
  const y = target.expert.y;
  const lines = [0, 1].map((k) => Array.from(state.theta.data.subarray(3 * k, 3 * k + 3)));
  let weight = 1 / (1 + Math.exp(state.gamma.data[1]! - state.gamma.data[0]!));
  let before = Number.NEGATIVE_INFINITY;
  for (let iteration = 0; iteration < 50_000; iteration++) {
    if (held === "intercept") lines[1]![0] = t;
    if (held === "sd") lines[1]![2] = t;
    if (held === "weight") weight = 1 - t;
    let value = 0;
    const first = rows.map(([, x], i) => {
      const [a, b] = lines.map(([c, slope, sd], k) => {
        const w = k === 0 ? weight : 1 - weight;
        const r = (y[i]! - c! - slope! * x) / sd!;
        return (w * Math.exp(-0.5 * r * r)) / (sd! * Math.sqrt(2 * Math.PI));
      }) as [number, number];
      value += Math.log(a + b);
      return a / (a + b);
    });
    if (value - before < 1e-12) return value;
    before = value;
    weight = first.reduce((sum, r) => sum + r, 0) / target.n;
    lines[0] = leastSquares(rows, y, first);
    const second = first.map((r) => 1 - r);
    lines[1] = leastSquares(rows, y, second, held === "intercept" ? t : undefined);
  }
  throw new Error("EM must converge");
}

/** Intercept (which may be held), slope and sd of weighted rows. */
function leastSquares(
  rows: readonly (readonly [number, number])[],
  y: Float64Array,
  weights: readonly number[],
  intercept?: number,
): number[] {
  const sum = (f: (x: number, i: number) => number): number =>
    rows.reduce((total, [, x], i) => total + weights[i]! * f(x, i), 0);
  const [w, x, xx] = [sum(() => 1), sum((v) => v), sum((v) => v * v)];
  const [xy, sy] = [sum((v, i) => v * y[i]!), sum((_, i) => y[i]!)];
  const free = (w * xy - x * sy) / (w * xx - x * x);
  const slope = intercept === undefined ? free : (xy - intercept * x) / xx;
  const level = intercept ?? (sy - slope * x) / w;
  return [level, slope, Math.sqrt(sum((v, i) => (y[i]! - level - slope * v) ** 2) / w)];
}

describe("two lines in 40 rows", () => {
  const { target, state } = fitted(CONSTANT, 40, { seed: 2 });
  const top = highestGiven(target, state, "sd", state.theta.data[5]!);

  test.each([
    ["coef[2,(Intercept)]", "intercept"],
    ["sd[2]", "sd"],
    ["weight[2]", "weight"],
  ] as const)(
    "%s has all values at which constrained EM reaches the limit, and no others",
    (name, held) => {
      const { lower, upper, estimate } = profileInterval(target, state, name);
      for (const end of [lower, upper]) {
        expect(end.reason).toBeUndefined();
        const fall = 2 * (top - highestGiven(target, state, held, end.value));
        expect(Math.abs(fall - CHI)).toBeLessThan(1e-5);
        for (let share = -0.9; share < 0.3; share += 0.1) {
          const t = end.value + share * (end.value - estimate);
          const inside = 2 * (top - highestGiven(target, state, held, t)) < CHI;
          expect([share, inside]).toEqual([
            share,
            share < -0.05 || (Math.abs(share) < 0.05 && inside),
          ]);
        }
      }
      // Farther on one side than on the other: no Wald interval.
      const ratio = (upper.value - estimate) / (estimate - lower.value);
      expect(Math.abs(Math.log(ratio))).toBeGreaterThan(0.02);
    },
  );

  test("intervals widen with the level", () => {
    const levels = [0.5, 0.8, 0.95, 0.99].map((level) =>
      profileIntervals(target, state, ["coef[1,x]", "sd[2]", "weight[1]"], { level }),
    );
    for (let at = 1; at < levels.length; at++) {
      levels[at]!.forEach((wide, j) => {
        const narrow = levels[at - 1]![j]!;
        expect(wide.lower.value).toBeLessThan(narrow.lower.value);
        expect(wide.upper.value).toBeGreaterThan(narrow.upper.value);
      });
    }
  });

  test("constant weights have the interval of the log odds, seen through the logistic function", () => {
    const contrast = { term: "(Intercept)", component: 2, against: 1 };
    const [odds, weight] = profileIntervals(target, state, [contrast, "weight[2]"]);
    expectSameEnds(
      ends(weight!),
      ends(odds!).map((t) => 1 / (1 + Math.exp(-t))),
    );
  });

  test("an interval follows the units in which its parameter is reported", () => {
    const report = (
      { theta, gamma }: State,
      outTheta: { data: Float64Array },
      outGamma: { data: Float64Array },
    ) => {
      outTheta.data.set(theta.data.map((value) => 100 * value));
      outGamma.data.set(gamma.data);
    };
    for (const name of ["sd[2]", "coef[1,x]"]) {
      const plain = ends(profileInterval(target, state, name));
      expectSameEnds(
        ends(profileInterval(target, state, name, { report })),
        plain.map((end) => 100 * end),
      );
    }
  });
});

test("relabelling reorders intervals, a translation of the gate changes none, and a baseline halves", () => {
  const { target, state } = fitted(SOFTMAX, 60);
  const names = (k: number) => [`coef[${k},x]`, `sd[${k}]`, `gate[${k},x]`];
  const plain = profileIntervals(target, state, names(1));
  const gamma = copy(state.gamma);
  for (let j = 0; j < 4; j++) gamma.data[j] = gamma.data[j]! + (j % 2 === 0 ? 2 : -1);
  const moved = profileIntervals(target, { ...state, gamma }, names(1));
  const swap = {
    theta: rowsOf(state.theta, [1, 0]),
    gamma: rowsOf(state.gamma, [1, 0]),
    z: state.z,
  };
  const swapped = profileIntervals(target, swap, names(2));
  plain.forEach((one, j) => {
    expectSameEnds(ends(moved[j]!), ends(one));
    expectSameEnds(ends(swapped[j]!), ends(one));
  });
  const baseline = fitted(BASELINE, 60);
  const against = profileInterval(baseline.target, baseline.state, "gate[1,x]");
  expectSameEnds(
    ends(against).map((end) => end / 2),
    ends(plain[2]!),
  );
  const last = profileInterval(baseline.target, baseline.state, "gate[2,x]");
  expect(last.upper).toMatchObject({ value: 0, reason: "fixed" });
});

test("of 4000 rows intervals are those of normal errors", () => {
  const { target, state } = fitted(CONSTANT, 4000, { apart: 2 });
  const errors = standardErrors(target, state);
  if ("reason" in errors) throw new Error(errors.message);
  const { names, estimate, covariance } = errors;
  for (const name of ["coef[1,(Intercept)]", "coef[2,x]", "gate[1,(Intercept)]"]) {
    const at = names.indexOf(name);
    const half = Math.sqrt(CHI * covariance.data[at * (names.length + 1)]!);
    const found = ends(profileInterval(target, state, name));
    [-half, half].forEach((by, side) => {
      // Third derivatives shift ends by a share of order 1 / √n of the half width.
      expect(Math.abs(found[side]! - estimate[at]! - by) / half).toBeLessThan(1 / Math.sqrt(4000));
    });
  }
});

/** The highest log-likelihood with a gate that jumps at some x, to a share of the rows at that x. */
function highestWithSteepGate(target: Target, state: State): number {
  const scratch = mixtureScratch(target);
  const rows = Int32Array.from({ length: target.n }, (_, i) => i);
  let highest = Number.NEGATIVE_INFINITY;
  for (const cut of COVARIATE) {
    for (const odds of [-30, -2, -1, 0, 1, 2, 30]) {
      const theta = copy(state.theta);
      const gamma = matrix(2, 2, Float64Array.of(odds - 1000 * cut, 1000, 0, 0));
      for (let iteration = 0; iteration < 100; iteration++) {
        const joint = logJoint(target, { ...state, theta, gamma }, scratch);
        highest = Math.max(highest, sumOutAllocation(joint, scratch));
        const responsibility = toResponsibilities(joint, scratch);
        for (let k = 0; k < 2; k++) {
          const members = { rows, weight: row(responsibility, k).slice() };
          target.expert.maximize(row(theta, k), members, 0);
        }
      }
    }
  }
  return highest;
}

test("a steep gate that the rows do not rule out has no upper end", () => {
  const { target, state } = fitted(SOFTMAX, 30, { seed: 14, apart: 0.7, slope: 4 });
  const { lower, upper } = profileInterval(target, state, "gate[1,x]");
  expect(upper).toMatchObject({ value: Number.POSITIVE_INFINITY, reason: "unbounded" });
  expect(lower.value).toBeGreaterThan(0);
  expect(lower.reason).toBeUndefined();
  const scratch = mixtureScratch(target);
  const top = sumOutAllocation(logJoint(target, state, scratch), scratch);
  expect(2 * (top - highestWithSteepGate(target, state))).toBeLessThan(CHI);
});

describe("no number but a reason", () => {
  const { target, state } = fitted(CONSTANT, 40, { seed: 2 });

  test.each([
    [
      "away from the maximum",
      "not-a-maximum",
      (theta: Float64Array) => theta.with(0, theta[0]! + 0.3),
    ],
    [
      "where a parameter is not a number",
      "not-finite",
      (theta: Float64Array) => theta.with(1, Number.NaN),
    ],
  ])("%s", (_, reason, change) => {
    const theta = matrix(2, 3, change(state.theta.data));
    const { estimate, lower, upper } = profileInterval(target, { ...state, theta }, "sd[1]");
    expect([estimate, lower.value, upper.value]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect([lower.reason, upper.reason]).toEqual([reason, reason]);
  });

  test("where the profile rises again before it has fallen far enough", () => {
    const hard = fitted(SOFTMAX, 30, { seed: 9, apart: 0.7, slope: 4 });
    const { upper, estimate } = profileInterval(hard.target, hard.state, "coef[1,x]");
    expect(Number.isFinite(estimate)).toBe(true);
    expect(upper.value).toBeNaN();
    expect(upper.reason).toBe("not-unimodal");
    expect(upper.message).toContain("another maximum is near");
  });

  test("unknown names and levels are refused with what there is", () => {
    expect(() => profileInterval(target, state, "coef[3,x]")).toThrow(
      /one of weight\[1\].*got "coef\[3,x\]"/,
    );
    expect(() => profileInterval(target, state, "sd[1]", { level: 95 })).toThrow(UsageError);
  });
});
