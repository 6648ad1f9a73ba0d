import { describe, expect, test } from "vitest";
import { marginalPosterior, whyNotMarginal } from "../../../src/core/marginal-posterior.ts";
import { logJoint, mixtureScratch, sumOutAllocation } from "../../../src/core/mixture.ts";
import type { State, Target } from "../../../src/core/target.ts";
import { toUnconstrained, transformsOf } from "../../../src/core/transform.ts";
import { matrix, row, type Vector } from "../../../src/math/matrix.ts";
import { createRng } from "../../../src/math/rng.ts";
import { marginalCases } from "../../helpers/marginal-cases.ts";
import { tinyTarget } from "../../helpers/tiny-targets.ts";

/** A target with data of its own, and a point drawn from its prior. */
function drawn(name: string, seed: number) {
  const model = marginalCases[name]!;
  const target = tinyTarget(model);
  const rng = createRng(5, seed);
  const state = target.samplePrior(rng);
  target.simulate(rng, state);
  return { target, state, point: pointOf(target, state) };
}

function pointOf({ gate, expert }: Target, { theta, gamma }: State): Vector {
  const K = theta.rows;
  const q = gate.dimension;
  const maps = transformsOf(expert.layout);
  const contrasts = gamma.data.slice(0, (K - 1) * q).map((g, at) => g - row(gamma, K - 1)[at % q]!);
  const experts = theta.data.slice();
  for (let k = 0; k < K; k++) {
    const own = experts.subarray(k * expert.dimension, (k + 1) * expert.dimension);
    toUnconstrained(maps, own.slice(), own);
  }
  return Float64Array.from([...contrasts, ...experts]);
}

function logLikelihood(target: Target, state: State): number {
  const scratch = mixtureScratch(target);
  return sumOutAllocation(logJoint(target, state, scratch), scratch);
}

/** Largest difference, relative to 1 or the size of the numbers. */
function distance(a: Vector, b: Vector): number {
  return Math.max(...a.map((x, j) => Math.abs(x - b[j]!) / Math.max(1, Math.abs(x))));
}

const names = Object.keys(marginalCases);

describe.each(names)("the posterior with allocations summed out: %s", (name) => {
  test("has the likelihood of the mixture", () => {
    for (let seed = 0; seed < 10; seed++) {
      const { target, state, point } = drawn(name, seed);
      const posterior = marginalPosterior(target);
      const expected = logLikelihood(target, state);
      expect(Math.abs(posterior.logLikelihood(point) / expected - 1)).toBeLessThan(1e-12);
    }
  });

  test("has the gradient and Hessian that differences give, whichever row the prior holds at zero", () => {
    for (let seed = 0; seed < 4; seed++) {
      const { target, point } = drawn(name, seed);
      const posterior = marginalPosterior(target);
      const D = posterior.layout.dimension;
      for (let base = 0; base < target.capacity; base++) {
        const gradient = new Float64Array(D);
        const curvature = matrix(D, D);
        const value = posterior.derivatives(point, base, gradient, curvature);
        expect(value).toBeCloseTo(posterior.value(point, base), 9);
        const again = new Float64Array(D);
        expect(posterior.gradient(point, base, again)).toBe(value);
        expect(distance(again, gradient)).toBeLessThan(1e-12);
        const slopes = new Float64Array(D);
        const above = new Float64Array(D);
        const below = new Float64Array(D);
        for (let j = 0; j < D; j++) {
          const h = 1e-5;
          const moved = (steps: number) => point.map((x, l) => (l === j ? x + steps * h : x));
          slopes[j] =
            (posterior.value(moved(1), base) - posterior.value(moved(-1), base)) / (2 * h);
          posterior.gradient(moved(1), base, above);
          posterior.gradient(moved(-1), base, below);
          const second = above.map((a, l) => (below[l]! - a) / (2 * h));
          expect(distance(row(curvature, j), second)).toBeLessThan(2e-4);
        }
        expect(distance(gradient, slopes)).toBeLessThan(2e-5);
      }
    }
  });

  test("keeps its likelihood where exponentials leave the range of doubles", () => {
    const { target, state } = drawn(name, 3);
    state.gamma.data.forEach((g, at) => {
      state.gamma.data[at] = at < state.gamma.data.length - state.gamma.columns ? 300 * g : g;
    });
    const far = {
      ...state,
      theta: matrix(state.theta.rows, state.theta.columns, state.theta.data),
    };
    const p = target.expert.rows!.X.columns;
    for (let k = 0; k < far.theta.rows; k++) row(far.theta, k)[0] = p > 1 ? 40 : 0;
    const posterior = marginalPosterior(target);
    const point = pointOf(target, far);
    const expected = logLikelihood(target, far);
    expect(Number.isFinite(expected)).toBe(true);
    expect(Math.abs(posterior.logLikelihood(point) / expected - 1)).toBeLessThan(1e-11);
    const gradient = new Float64Array(point.length);
    posterior.gradient(point, 0, gradient);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});

test("says why a target has none", () => {
  const { target } = drawn("conjugate experts", 0);
  expect(whyNotMarginal(target)).toBeUndefined();
  const { rows: _, ...expert } = target.expert;
  expect(whyNotMarginal({ ...target, expert })).toMatch("no derivatives");
  const { contrasts: __, ...gate } = target.gate;
  expect(whyNotMarginal({ ...target, gate })).toMatch("no normal prior");
  expect(whyNotMarginal({ ...target, components: 1 })).toMatch("one expert");
});
