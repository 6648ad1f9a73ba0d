import { describe, expect, test } from "vitest";
import { compile } from "../../../../models/compile.ts";
import { ascendByRows } from "../../../../samplers/em/ascend-by-rows.ts";
import { headStart } from "../../../../samplers/em/head-start.ts";
import { emProblem } from "../../../../samplers/em/problem.ts";
import { em } from "../../../../samplers/em.ts";
import type { State, Target } from "../../../../src/core/target.ts";
import { matrix } from "../../../../src/math/matrix.ts";
import { normal } from "../../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../../src/math/rng.ts";

const MANY = 70_000;
/** Whether a row is in the part that a head start looks at: each eighth block of 512. */
const isInPart = (i: number): boolean => Math.floor(i / 512) % 8 === 0;

/** Two lines of slopes 1 and −1, `gap` apart; in the part with `shift` added to the response. */
function lines(n: number, gap: number, shift = 0): Target {
  const rng = createRng(5, 1);
  const x = new Float64Array(n);
  const y = x.map((_, i) => {
    x[i] = normal(rng);
    const sign = uniform(rng) < 1 / (1 + Math.exp(-x[i]!)) ? 1 : -1;
    return sign * (gap / 2 + x[i]!) + 0.7 * normal(rng) + (isInPart(i) ? shift : 0);
  });
  return compile(
    {
      experts: { family: "gaussian", formula: "y ~ x" },
      gate: { kind: "softmax", formula: "~ x", baseline: "last" },
      components: 2,
      standardize: false,
    },
    {
      rows: n,
      columns: new Map(
        Object.entries({ x, y }).map(([name, values]) => [name, { kind: "numeric", values }]),
      ),
    },
  ).target;
}

const stateAt = (target: Target, experts: number[], gate: number[]): State => ({
  theta: matrix(2, 3, Float64Array.from(experts)),
  gamma: matrix(2, 2, Float64Array.from([...gate, 0, 0])),
  z: new Int32Array(target.n),
});

describe("a head start over a part of very many rows", () => {
  const target = lines(MANY, 2);
  const start = () => stateAt(target, [0.5, 0, 1, -0.5, 0.2, 1.5], [0, 0]);

  test("leads to the maximum that a climb over all rows finds", () => {
    const fast = em(target, start());
    const state = start();
    const problem = emProblem(target, 2, {});
    const slow = ascendByRows(problem, problem.pass()!, state, 2000, undefined);
    expect(fast.converged && slow.converged).toBe(true);
    expect(fast.gradientNorm).toBeLessThan(1e-7);
    expect(Math.abs(fast.objective / slow.objective - 1)).toBeLessThan(1e-10);
    fast.state.theta.data.forEach((value, at) => {
      expect(Math.abs(value - state.theta.data[at]!)).toBeLessThan(1e-4);
    });
  });

  test("is higher at its end, near the maximum, and known to the pass", () => {
    const problem = emProblem(target, 2, {});
    const pass = problem.pass()!;
    const state = start();
    const before = pass.look(state);
    const { iterations, height } = headStart(problem, pass, state, 2000);
    const { objective } = em(target, start());
    expect(iterations).toBeGreaterThan(1);
    expect(height).toBe(pass.look(state));
    // Of what there was to gain, a hundredth is left.
    expect(objective - height).toBeLessThan(0.01 * (objective - before));
  });

  test("is given up where it takes the likelihood of all rows down", () => {
    const misled = lines(MANY, 2, 3);
    const problem = emProblem(misled, 2, {});
    const pass = problem.pass()!;
    // Where the other seven blocks of eight come from.
    const state = stateAt(misled, [1, 1, 0.7, -1, 1, 0.7], [0, 1]);
    const [theta, gamma] = [state.theta.data.slice(), state.gamma.data.slice()];
    const before = pass.look(state);
    const { iterations, height } = headStart(problem, pass, state, 2000);
    expect(iterations).toBeGreaterThan(0);
    expect(height).toBe(before);
    expect(state.theta.data).toEqual(theta);
    expect(state.gamma.data).toEqual(gamma);
  });

  test("stops at the number of iterations that is allowed", () => {
    expect(em(target, start(), { maxIterations: 2 }).iterations).toBe(2);
  });

  test("is not taken with fewer rows, nor where a component has few in the part", () => {
    const small = lines(5000, 2);
    const fewer = emProblem(small, 2, {});
    const state = stateAt(small, [0.5, 0, 1, -0.5, 0.2, 1.5], [0, 0]);
    expect(headStart(fewer, fewer.pass()!, state, 2000).iterations).toBe(0);
    const problem = emProblem(target, 2, {});
    const lonely = stateAt(target, [0, 0, 1.5, 40, 0, 1], [0, 0]);
    expect(headStart(problem, problem.pass()!, lonely, 2000).iterations).toBe(0);
  });
});
