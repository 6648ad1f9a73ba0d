import { describe, expect, test } from "vitest";
import { marginalGradient } from "../../../src/core/marginal-gradient.ts";
import type { State, Target } from "../../../src/core/target.ts";
import { fromUnconstrained, toUnconstrained, transformsOf } from "../../../src/core/transform.ts";
import { copy, matrix, row } from "../../../src/math/matrix.ts";
import { createRng } from "../../../src/math/rng.ts";
import {
  CONJUGATE,
  CONSTANT,
  INDEPENDENT,
  SLICED,
  SLICED_SOFTMAX,
  SOFTMAX,
} from "../../helpers/gibbs-cases.ts";
import { type TinyModel, tinyTarget } from "../../helpers/tiny-targets.ts";

const cases: readonly (readonly [string, TinyModel])[] = [
  ["a softmax gate", { experts: CONJUGATE, gate: SOFTMAX, components: 3, rows: 10 }],
  ["an offset", { experts: INDEPENDENT, gate: SOFTMAX, components: 2, rows: 10, offset: true }],
  ["a constant gate", { experts: INDEPENDENT, gate: CONSTANT, components: 3, rows: 8 }],
  ["heavy-tailed priors", { experts: SLICED, gate: SLICED_SOFTMAX, components: 2, rows: 10 }],
  [
    "a row held at zero",
    { experts: CONJUGATE, gate: { ...SOFTMAX, baseline: "last" }, components: 3, rows: 10 },
  ],
  ["one component", { experts: CONJUGATE, gate: SOFTMAX, components: 1, rows: 10 }],
];

const STEP = 1e-4;

/** A state with every coordinate in the middle of things. */
function stateOf(target: Target): State {
  return target.samplePrior(createRng(5, 2));
}

function gradientOf(target: Target, priorWeight: number) {
  const state = stateOf(target);
  const theta = matrix(state.theta.rows, target.expert.dimension);
  const gamma = matrix(state.theta.rows, target.gate.dimension);
  const value = marginalGradient(target, priorWeight)(state, theta, gamma);
  return { value, theta, gamma };
}

/**
 * Central differences of the value in unconstrained coordinates, extrapolated once: error O(step⁴).
 */
function differences(target: Target, priorWeight: number) {
  const evaluate = marginalGradient(target, priorWeight);
  const maps = transformsOf(target.expert.layout);
  const start = stateOf(target);
  const out = { theta: copy(start.theta), gamma: copy(start.gamma) };
  const valueAt = (part: "theta" | "gamma", at: number, step: number) => {
    const state = { ...start, theta: copy(start.theta), gamma: copy(start.gamma) };
    for (let k = 0; k < state.theta.rows; k++)
      toUnconstrained(maps, row(state.theta, k), row(state.theta, k));
    state[part].data[at]! += step;
    for (let k = 0; k < state.theta.rows; k++)
      fromUnconstrained(maps, row(state.theta, k), row(state.theta, k));
    return evaluate(state, copy(start.theta), copy(start.gamma));
  };
  for (const part of ["theta", "gamma"] as const) {
    for (let at = 0; at < out[part].data.length; at++) {
      const slope = (h: number) => (valueAt(part, at, h) - valueAt(part, at, -h)) / (2 * h);
      out[part].data[at] = (4 * slope(STEP) - slope(2 * STEP)) / 3;
    }
  }
  return out;
}

describe.each(cases)("%s", (_, model) => {
  const target = tinyTarget(model);

  test.each([0, 1])("agrees with differences of the value, priors of weight %d", (priorWeight) => {
    const found = gradientOf(target, priorWeight);
    const expected = differences(target, priorWeight);
    found.theta.data.forEach((g, j) => {
      expect(Math.abs(g - expected.theta.data[j]!)).toBeLessThan(1e-6 * (1 + Math.abs(g)));
    });
    const free = (found.gamma.rows - target.gate.fixedRows) * target.gate.dimension;
    found.gamma.data.forEach((g, j) => {
      const slope = j < free ? expected.gamma.data[j]! : 0;
      expect(Math.abs(g - slope)).toBeLessThan(1e-6 * (1 + Math.abs(g)));
    });
  });

  test("needs neither a score of the family nor a design of the gate", () => {
    const { score, ...expert } = target.expert;
    const { design, ...gate } = target.gate;
    expect(score).toBeDefined();
    expect(design).toBeDefined();
    const plain = gradientOf({ ...target, expert, gate }, 1);
    const full = gradientOf(target, 1);
    expect(plain.value).toBe(full.value);
    for (const part of ["theta", "gamma"] as const) {
      plain[part].data.forEach((g, j) => {
        const expected = full[part].data[j]!;
        expect(Math.abs(g - expected)).toBeLessThan(1e-6 * (1 + Math.abs(expected)));
      });
    }
  });
});

test("the gate's gradient of the likelihood sums to zero over components: the softmax is flat along translations", () => {
  const { gamma } = gradientOf(tinyTarget(cases[0]![1]), 0);
  for (let j = 0; j < gamma.columns; j++) {
    const total = [0, 1, 2].reduce((sum, k) => sum + row(gamma, k)[j]!, 0);
    expect(total).toBeCloseTo(0, 10);
  }
});
