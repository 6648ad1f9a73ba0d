import { describe, expect, test } from "vitest";
import { em } from "../../../../samplers/em.ts";
import { initialize } from "../../../../samplers/initialize.ts";
import type { State, Target } from "../../../../src/core/target.ts";
import { row } from "../../../../src/math/matrix.ts";
import { createRng } from "../../../../src/math/rng.ts";
import { crossingLines, emTarget, stateAt } from "../../../helpers/em-problems.ts";

const data = crossingLines(3, 80);
const CASES = (["gaussian", "poisson"] as const).flatMap((family) =>
  [true, false].map((gated) => ({ family, gated })),
);
const START = [
  [0, 2, 0.4],
  [0, -1, 0.4],
];

/** log π_k(x_i) + log f(y_i | θ_k), written out again. */
function joint(target: Target, { theta, gamma }: State): number[][] {
  const log = {
    rows: theta.rows,
    columns: target.n,
    data: new Float64Array(theta.rows * target.n),
  };
  target.gate.logProbability(gamma, log);
  return Array.from({ length: theta.rows }, (_, k) => {
    const density = new Float64Array(target.n);
    target.expert.logDensity(row(theta, k), density);
    return [...density].map((value, i) => value + log.data[k * target.n + i]!);
  });
}

const classified = (target: Target, state: State): number =>
  Array.from({ length: target.n }, (_, i) =>
    Math.max(...joint(target, state).map((of) => of[i]!)),
  ).reduce((a, b) => a + b, 0);

describe("classification EM", () => {
  test.each(CASES)("rises until no row moves: $family, gate $gated", ({ family, gated }) => {
    const target = emTarget(crossingLines(5, 80, family), { components: 2, family, gated });
    for (const seed of [1, 2, 3]) {
      const start = initialize(createRng(seed), target, "random");
      const climbs = [0, 1, 2, 3, 5, 500].map((maxIterations) =>
        em(target, start, { variant: "classification", maxIterations }),
      );
      const last = climbs.at(-1)!;
      expect(last.converged).toBe(true);
      climbs.slice(1).forEach(({ objective }, j) => {
        expect(objective).toBeGreaterThanOrEqual(climbs[j]!.objective - 1e-9);
      });
      expect(last.objective).toBeGreaterThan(climbs[0]!.objective);
      expect(last.objective).toBeCloseTo(classified(target, last.state), 8);
      expect(last.logLikelihood).toBeGreaterThan(last.objective);
      const again = em(target, last.state, { variant: "classification" });
      expect(again.iterations).toBeLessThanOrEqual(2);
      expect([...again.state.z]).toEqual([...last.state.z]);
    }
  });

  test("fits each expert by least squares to the rows that it ends with", () => {
    const target = emTarget(data, { components: 2, gated: false, standardize: false });
    const { state } = em(target, stateAt(target, START), { variant: "classification" });
    for (const k of [0, 1]) {
      const rows = Int32Array.from({ length: 80 }, (_, i) => i).filter((i) => state.z[i] === k);
      const [x, y] = [data.x, data.y].map((v) => [...rows].map((i) => v[i]!)) as [
        number[],
        number[],
      ];
      const mean = (v: number[]): number => v.reduce((a, b) => a + b, 0) / v.length;
      const [mx, my] = [mean(x), mean(y)];
      const slope =
        mean(x.map((v, j) => (v - mx) * (y[j]! - my))) / mean(x.map((v) => (v - mx) ** 2));
      const sd = Math.sqrt(mean(y.map((v, j) => (v - my - slope * (x[j]! - mx)) ** 2)));
      const found = row(state.theta, k);
      expect(found[1]).toBeCloseTo(slope, 8);
      expect(found[2]).toBeCloseTo(sd, 8);
    }
  });

  test("leaves an expert without rows as it was", () => {
    for (const gated of [true, false]) {
      const target = emTarget(data, { components: 3, gated, standardize: false });
      const far = [1e4, 0, 0.1];
      const start = stateAt(target, [...START, far]);
      const { state, converged, objective } = em(target, start, { variant: "classification" });
      expect([...row(state.theta, 2)]).toEqual(far);
      expect(converged && Number.isFinite(objective)).toBe(true);
    }
  });
});

describe("stochastic EM", () => {
  test.each(CASES)("ends at a maximum: $family, gate $gated", ({ family, gated }) => {
    const target = emTarget(crossingLines(5, 80, family), { components: 2, family, gated });
    for (const seed of [1, 2]) {
      const start = initialize(createRng(seed), target, "random");
      const result = em(target, start, { variant: "stochastic", rng: createRng(seed, 9) });
      expect(result.converged).toBe(true);
      expect(result.gradientNorm).toBeLessThan(1e-7);
      expect(result.objective).toBe(result.logLikelihood);
      const same = em(target, start, { variant: "stochastic", rng: createRng(seed, 9) });
      expect(same.state.theta.data).toEqual(result.state.theta.data);
    }
  });

  test("leaves a state of no slope in which EM stays", () => {
    const target = emTarget(data, { components: 2, gated: false });
    const equal = stateAt(target, [
      [0.1, 0, 1],
      [0.1, 0, 1],
    ]);
    const stuck = em(target, equal);
    const found = em(target, equal, { variant: "stochastic", rng: createRng(1) });
    expect(found.logLikelihood).toBeGreaterThan(stuck.logLikelihood + 20);
  });

  test("keeps experts that draw no rows", () => {
    const target = emTarget(data, { components: 3 });
    const start = stateAt(target, [...START, [1e4, 0, 0.1]]);
    const { logLikelihood } = em(target, start, { variant: "stochastic", rng: createRng(1) });
    expect(Number.isFinite(logLikelihood)).toBe(true);
  });

  test("rises also where an expert has hardly any rows", () => {
    for (const seed of [1, 2]) {
      const family = "poisson";
      const target = emTarget(crossingLines(seed, 70, family), { components: 3, family });
      const start = initialize(createRng(seed), target, "random");
      const { logLikelihood } = em(target, start, { variant: "stochastic", rng: createRng(3) });
      expect(Number.isFinite(logLikelihood)).toBe(true);
    }
  });

  test("must be given a random stream", () => {
    const target = emTarget(data, { components: 2 });
    expect(() => em(target, stateAt(target, START), { variant: "stochastic" })).toThrow(/rng/);
  });
});
