import { describe, expect, test } from "vitest";
import { compile } from "../../../../models/compile.ts";
import { ascend } from "../../../../samplers/em/ascend.ts";
import { emProblem } from "../../../../samplers/em/problem.ts";
import { rowWeightOf } from "../../../../samplers/em/row-weight.ts";
import { em } from "../../../../samplers/em.ts";
import type { Table } from "../../../../src/core/data.ts";
import type { ModelDeclaration } from "../../../../src/core/model.ts";
import type { State, Target } from "../../../../src/core/target.ts";
import { copy, matrix, row } from "../../../../src/math/matrix.ts";
import { normal } from "../../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../../src/math/rng.ts";

/** More than two blocks of rows, the last one short. */
const N = 1200;
const K = 3;

function lines(n: number): Table {
  const rng = createRng(7, 1);
  const column = (make: (i: number) => number) =>
    Float64Array.from({ length: n }, (_, i) => make(i));
  const x = column(() => normal(rng));
  const w = column(() => normal(rng));
  const o = column(() => 0.3 * normal(rng));
  const y = column((i) => {
    const k = Math.floor(K * uniform(rng) + 0.4 * x[i]!);
    return o[i]! + 2 * k + (k - 1) * x[i]! + (0.3 + 0.2 * Math.abs(k)) * normal(rng);
  });
  const values = { x, w, o, y };
  return {
    rows: n,
    columns: new Map(
      Object.entries(values).map(([name, of]) => [name, { kind: "numeric", values: of }]),
    ),
  };
}

const model = (baseline: "last" | "none"): ModelDeclaration => ({
  experts: { family: "gaussian", formula: "y ~ x + w + offset(o)" },
  gate: { kind: "softmax", formula: "~ x", baseline },
  components: K,
});

const table = lines(N);
const targets = (["last", "none"] as const).map((baseline) => ({
  baseline,
  target: compile(model(baseline), table).target,
}));

function start({ expert, gate, n }: Target): State {
  const rng = createRng(3, 2);
  const theta = matrix(K, expert.dimension);
  const gamma = matrix(K, gate.dimension);
  for (let k = 0; k < K; k++) {
    for (let j = 0; j < expert.dimension; j++) row(theta, k)[j] = normal(rng);
    row(theta, k)[0] = 1.5 * k;
    row(theta, k)[expert.dimension - 1] = 0.5 + uniform(rng);
    if (k < K - gate.fixedRows) {
      for (let j = 0; j < gate.dimension; j++) row(gamma, k)[j] = 0.5 * normal(rng);
    }
  }
  return { theta, gamma, z: new Int32Array(n) };
}

const weights = {
  "rows that count 1": undefined,
  "rows that count differently": Float64Array.from({ length: N }, (_, i) => (i % 5) / 2),
};

const rounding = (value: number): number => 1e-11 * (1 + Math.abs(value));

describe.each(targets)("one pass over the rows, baseline $baseline", ({ target }) => {
  describe.each(Object.entries(weights))("%s", (_, rowWeight) => {
    const settings = rowWeight === undefined ? {} : { rowWeight };
    const problem = emProblem(target, K, settings);
    const pass = problem.pass()!;

    test("says what the steps component by component say", () => {
      const state = start(target);
      const responsibility = matrix(K, N);
      const value = pass.describe(state, responsibility);
      expect(pass.look(state)).toBe(value);
      const joint = problem.joint(state);
      const expected = problem.likelihood(joint);
      expect(Math.abs(value - expected)).toBeLessThan(rounding(expected));
      const shares = problem.responsibilities(joint).data;
      shares.forEach((share, at) => {
        expect(Math.abs(responsibility.data[at]! - share)).toBeLessThan(1e-13);
      });
      const norm = problem.marginalNorm(state);
      const { total } = rowWeightOf(N, rowWeight);
      expect(Math.abs(pass.gradientNorm() / total - norm)).toBeLessThan(1e-11 * (1 + norm));
    });

    test("leaves the experts where their M step does", () => {
      const state = start(target);
      pass.look(state);
      const once = copy(state.theta);
      pass.maximizeExperts({ ...state, theta: once });
      const shares = problem.responsibilities(problem.joint(state));
      shares.data.forEach((share, at) => {
        shares.data[at] = share * (rowWeight?.[at % N] ?? 1);
      });
      problem.maximizeExperts(state, shares);
      state.theta.data.forEach((value, at) => {
        expect(Math.abs(once.data[at]! - value)).toBeLessThan(1e-10 * (1 + Math.abs(value)));
      });
    });

    test("steps to the maximum of the gate", () => {
      const state = start(target);
      const move = matrix(K, target.gate.dimension);
      const shares = problem.responsibilities(problem.joint(state));
      shares.data.forEach((share, at) => {
        shares.data[at] = share * (rowWeight?.[at % N] ?? 1);
      });
      const best = copy(state.gamma);
      target.gate.maximize(best, shares, 0, 1e-16);
      const gate = target.gate.pass!(K);
      const total = rowWeight ?? new Float64Array(N).fill(1);
      const joint = Array.from({ length: K }, () => new Float64Array(N));
      for (let step = 0; step < 12; step++) {
        gate.begin(state.gamma);
        gate.logWeight(0, joint, new Float64Array(N));
        gate.add(
          joint.map((__, k) => row(shares, k)),
          total,
        );
        expect(gate.newtonStep(move)).toBe(true);
        state.gamma.data.forEach((value, at) => {
          state.gamma.data[at] = value + move.data[at]!;
        });
      }
      const last = row(best, K - 1);
      best.data.forEach((value, at) => {
        const j = at % target.gate.dimension;
        const contrast = value - last[j]!;
        const found = state.gamma.data[at]! - row(state.gamma, K - 1)[j]!;
        expect(Math.abs(found - contrast)).toBeLessThan(1e-7);
      });
    });

    test("ends at the maximum that steps component by component reach", () => {
      const fast = em(target, start(target), settings);
      const state = start(target);
      const slow = ascend(problem, state, 2000);
      expect(fast.converged && slow.converged).toBe(true);
      expect(fast.gradientNorm).toBeLessThan(1e-7);
      expect(Math.abs(fast.objective - slow.objective)).toBeLessThan(1e-9 * N);
      fast.state.theta.data.forEach((value, at) => {
        expect(Math.abs(value - state.theta.data[at]!)).toBeLessThan(1e-3);
      });
    });
  });
});

describe("a climb by rows", () => {
  const { target } = targets[0]!;

  test("stops where an iteration gains less than the tolerance", () => {
    const loose = em(target, start(target), { tolerance: 1e-4 });
    const strict = em(target, start(target));
    expect(loose.converged).toBe(true);
    expect(loose.iterations).toBeLessThan(strict.iterations);
    const before = em(target, start(target), { maxIterations: loose.iterations - 1 });
    expect(loose.objective - before.objective).toBeLessThan(1e-4 * (1 + Math.abs(loose.objective)));
    expect(loose.objective).toBeLessThan(strict.objective);
  });

  test("leaves a state without a step where it is for the steps component by component", () => {
    const state = start(target);
    // Far from every row: no responsibility, so no step.
    row(state.theta, 2).set([1e3, 0, 0, 0.5]);
    const problem = emProblem(target, K, {});
    expect(problem.pass()!.look(state)).toBeLessThan(0);
    expect(problem.pass()!.leastWeight()).toBe(0);
    const { objective, converged, iterations } = em(target, state);
    expect(converged && iterations > 0).toBe(true);
    expect(objective).toBeGreaterThan(problem.likelihood(problem.joint(state)));
  });

  test("is one regression where there is one component", () => {
    const one = compile({ ...model("none"), components: 1 }, table).target;
    const state = { theta: matrix(1, 4), gamma: matrix(1, 2), z: new Int32Array(N) };
    state.theta.data[3] = 1;
    const { state: found, converged, iterations } = em(one, state);
    const rows = Int32Array.from({ length: N }, (_, i) => i);
    const expected = new Float64Array(4);
    one.expert.maximize(expected, { rows, weight: new Float64Array(N).fill(1) }, 0);
    expect(converged).toBe(true);
    expect(iterations).toBeLessThanOrEqual(3);
    expected.forEach((value, j) => {
      expect(Math.abs(found.theta.data[j]! - value)).toBeLessThan(1e-10);
    });
  });

  test("is not taken under priors or constraints", () => {
    expect(emProblem(target, K, { priorWeight: 1 }).pass()).toBeUndefined();
    expect(emProblem(target, K, { constraints: { equalSd: true } }).pass()).toBeUndefined();
  });
});
