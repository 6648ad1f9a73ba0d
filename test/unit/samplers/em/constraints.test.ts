import { describe, expect, test } from "vitest";
import { constraintCount } from "../../../../samplers/em/constraints.ts";
import type { EmConstraints } from "../../../../samplers/em/settings.ts";
import { em } from "../../../../samplers/em.ts";
import { marginalGradient } from "../../../../src/core/marginal-gradient.ts";
import { matrix, row } from "../../../../src/math/matrix.ts";
import { crossingLines, emTarget, stateAt } from "../../../helpers/em-problems.ts";

const data = crossingLines(3, 60);
const counts = crossingLines(4, 60, "poisson");
const raw = { components: 2, standardize: false } as const;
const target = emTarget(data, raw);
const ungated = emTarget(data, { ...raw, gated: false });
const poisson = emTarget(counts, { ...raw, family: "poisson" });
const START = [
  [0.1, 2, 0.3],
  [0, -1, 0.5],
];
const LOG_MEANS = [
  [0.5, 1],
  [0.5, -0.5],
];
const climb = (constraints: EmConstraints, of = target, sdFloor = 0) =>
  em(of, stateAt(of, of === poisson ? LOG_MEANS : START), { constraints, sdFloor });

/** Two lines of one sd with constant weights, by EM in its textbook form. */
function pooledLines(x: number[], y: number[]) {
  let lines = START.map(([a, b]) => [a!, b!] as const);
  let [sd, share, logLikelihood] = [0.5, 0.5, 0];
  for (let step = 0; step < 3000; step++) {
    const f = x.map((v, i) =>
      lines.map(([a, b], k) => {
        const z = (y[i]! - a - b * v) / sd;
        return (
          ((k === 0 ? share : 1 - share) * Math.exp((-z * z) / 2)) / (sd * Math.sqrt(2 * Math.PI))
        );
      }),
    );
    logLikelihood = f.reduce((sum, [p, q]) => sum + Math.log(p! + q!), 0);
    const r = [0, 1].map((k) => f.map((of) => of[k]! / (of[0]! + of[1]!)));
    lines = r.map((w) => {
      const at = (g: (i: number) => number): number => w.reduce((s, v, i) => s + v * g(i), 0);
      const [s, mx, my] = [at(() => 1), at((i) => x[i]!), at((i) => y[i]!)];
      const slope =
        (at((i) => x[i]! * y[i]!) - (mx * my) / s) / (at((i) => x[i]! ** 2) - (mx * mx) / s);
      return [(my - slope * mx) / s, slope] as const;
    });
    const squares = r.flatMap((w, k) =>
      w.map((v, i) => v * (y[i]! - lines[k]![0] - lines[k]![1] * x[i]!) ** 2),
    );
    sd = Math.sqrt(squares.reduce((a, b) => a + b, 0) / x.length);
    share = r[0]!.reduce((a, b) => a + b, 0) / x.length;
  }
  return { lines, sd, logLikelihood };
}

describe("constraints of EM", () => {
  test("of one sd have the maximum of the pooled form", () => {
    const { lines, sd, logLikelihood } = pooledLines(data.x, data.y);
    const found = climb({ equalSd: true }, ungated);
    expect(found.converged).toBe(true);
    expect(found.logLikelihood).toBeCloseTo(logLikelihood, 8);
    for (const k of [0, 1]) {
      const [a, b, s] = row(found.state.theta, k);
      expect(a).toBeCloseTo(lines[k]![0], 6);
      expect(b).toBeCloseTo(lines[k]![1], 6);
      expect(s).toBeCloseTo(sd, 6);
    }
    expect(row(found.state.theta, 0)[2]).toBe(row(found.state.theta, 1)[2]);
  });

  test("of one slope are stacked least squares at the responsibilities", () => {
    const { state, responsibility, converged } = climb({ shared: ["x"] });
    expect(converged).toBe(true);
    const [first, second] = [row(state.theta, 0), row(state.theta, 1)];
    expect(first[1]).toBe(second[1]);
    // With intercepts taken out by weighted centring, the common slope is one ratio.
    let [top, bottom] = [0, 0];
    for (const k of [0, 1]) {
      const w = row(responsibility, k);
      const sd = row(state.theta, k)[2]!;
      const total = w.reduce((a, b) => a + b, 0);
      const mx = w.reduce((sum, v, i) => sum + v * data.x[i]!, 0) / total;
      const my = w.reduce((sum, v, i) => sum + v * data.y[i]!, 0) / total;
      w.forEach((v, i) => {
        top += (v * (data.x[i]! - mx) * (data.y[i]! - my)) / sd ** 2;
        bottom += (v * (data.x[i]! - mx) ** 2) / sd ** 2;
      });
      expect(row(state.theta, k)[0]).toBeCloseTo(my - first[1]! * mx, 5);
    }
    expect(first[1]).toBeCloseTo(top / bottom, 5);
  });

  test.each([
    { name: "slope", of: target, term: "x", component: 1 },
    { name: "sd", of: target, term: "sd", component: 0 },
    { name: "slope of counts", of: poisson, term: "x", component: 0 },
  ])("of a held $name profile the likelihood", ({ of, term, component }) => {
    const j = term === "x" ? 1 : 2;
    const free = climb({}, of);
    const best = row(free.state.theta, component)[j]!;
    const at = (value: number) => climb({ fixed: [{ component, term, value }] }, of);
    expect(at(best).logLikelihood).toBeCloseTo(free.logLikelihood, 8);
    expect(at(0.7 * best).logLikelihood).toBeLessThan(free.logLikelihood);
    // The profile's slope is the partial derivative of the likelihood (envelope theorem).
    const value = 0.8 * best;
    const here = at(value);
    expect(here.converged).toBe(true);
    expect(row(here.state.theta, component)[j]).toBe(value);
    const h = 1e-3 * Math.abs(best);
    const slope = (at(value + h).logLikelihood - at(value - h).logLikelihood) / (2 * h);
    const theta = matrix(2, of.expert.dimension);
    marginalGradient(of, 0)(here.state, theta, matrix(2, of.gate.dimension));
    const partial = row(theta, component)[j]! / (term === "sd" ? value : 1);
    expect(Math.abs(slope / partial - 1)).toBeLessThan(1e-3);
  });

  test.each([
    { of: target, constraints: { shared: ["x"] } },
    { of: target, constraints: { equalSd: true, shared: ["(Intercept)"] } },
    { of: poisson, constraints: { shared: ["(Intercept)"] } },
    {
      of: target,
      constraints: { equalSd: true, fixed: [{ component: 1, term: "x", value: -0.8 }] },
    },
  ])("leave no slope in free directions: $constraints", ({ of, constraints }) => {
    const { state, converged, gradientNorm } = climb(constraints, of);
    expect(converged && gradientNorm < 1e-7).toBe(true);
    const d = of.expert.dimension;
    const theta = matrix(2, d);
    const gamma = matrix(2, of.gate.dimension);
    marginalGradient(of, 0)(state, theta, gamma);
    const { shared = [], fixed = [], equalSd } = constraints as EmConstraints;
    const names = ["(Intercept)", "x", "sd"].slice(0, d);
    for (const [j, name] of names.entries()) {
      const [a, b] = [theta.data[j]!, theta.data[d + j]!];
      if (fixed.some(({ term }) => term === name)) expect(Math.abs(b)).toBeGreaterThan(1e-3);
      else if (shared.includes(name) || (equalSd && name === "sd")) {
        expect(Math.abs(a + b)).toBeLessThan(1e-5);
        expect(Math.abs(a)).toBeGreaterThan(1e-3);
      } else expect(Math.max(Math.abs(a), Math.abs(b))).toBeLessThan(1e-5);
    }
    expect(Math.max(...gamma.data.map(Math.abs))).toBeLessThan(1e-5);
  });

  test("hold with a floor: one sd at it", () => {
    const { state, atFloor, converged } = climb({ equalSd: true }, target, 0.6);
    expect(converged).toBe(true);
    expect(atFloor).toEqual([0, 1]);
    expect(row(state.theta, 0)[2]).toBe(0.6);
  });

  test("never let the objective fall, whatever is asked", () => {
    for (const of of [target, poisson]) {
      const start = stateAt(of, of === poisson ? LOG_MEANS : START);
      const heights = [1, 3, 7, 50].map(
        (maxIterations) =>
          em(of, start, { maxIterations, constraints: { shared: ["x"] } }).objective,
      );
      heights.slice(1).forEach((height, j) => {
        expect(height).toBeGreaterThanOrEqual(heights[j]! - 1e-9);
      });
    }
  });

  test("count the parameters that they take", () => {
    const { expert } = target;
    const fixed = { component: 1, term: "x", value: 0 };
    const also = { component: 0, term: "x", value: 0 };
    const count = (constraints: EmConstraints) => constraintCount(constraints, 4, expert);
    expect(count({})).toBe(0);
    expect(count({ equalSd: true })).toBe(3);
    expect(count({ shared: ["x", "(Intercept)"] })).toBe(6);
    expect(count({ fixed: [fixed] })).toBe(1);
    expect(count({ equalSd: true, shared: ["sd"] })).toBe(3);
    expect(count({ shared: ["x"], fixed: [fixed] })).toBe(4);
    expect(count({ shared: ["x"], fixed: [fixed, also] })).toBe(4);
    expect(count({ fixed: [fixed, fixed] })).toBe(1);
  });

  test.each([
    { constraints: { shared: ["z"] }, message: /\(Intercept\), x, sd; got z/ },
    { constraints: { fixed: [{ component: 2, term: "x", value: 1 }] }, message: /1 to 2; got 3/ },
    { constraints: { fixed: [{ component: 0, term: "sd", value: -1 }] }, message: /positive/ },
    {
      constraints: { fixed: [1, 2].map((value) => ({ component: 0, term: "x", value })) },
      message: /contradict/,
    },
    {
      constraints: {
        shared: ["x"],
        fixed: [0, 1].map((component) => ({ component, term: "x", value: component })),
      },
      message: /contradict/,
    },
  ])("must be possible: $message", ({ constraints, message }) => {
    expect(() => climb(constraints)).toThrow(message);
  });

  test("and variants of EM are not for models with a known component", () => {
    const deviated = { ...target, deviation: {} as never };
    for (const variant of ["classification", "stochastic"] as const) {
      expect(() => em(deviated, stateAt(target, START), { variant })).toThrow(/known/);
    }
  });

  test("must suit the family, the floor and the likelihood", () => {
    expect(() => climb({ equalSd: true }, poisson)).toThrow(/family has none/);
    expect(() => climb({ fixed: [{ component: 0, term: "sd", value: 0.1 }] }, target, 0.2)).toThrow(
      /sdFloor/,
    );
    const start = stateAt(target, START);
    expect(() => em(target, start, { constraints: { equalSd: true }, priorWeight: 1 })).toThrow(
      /priorWeight 1/,
    );
  });
});
