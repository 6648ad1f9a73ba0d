import { expect, it } from "vitest";
import { slowWhenOverfitted } from "../../../diagnostics/findings/overfitting.ts";
import { strongIdentifiability } from "../../../diagnostics/strong-identifiability.ts";
import type { Expert } from "../../../src/core/expert.ts";
import type { Target } from "../../../src/core/target.ts";
import { createRng } from "../../../src/math/rng.ts";
import { CONJUGATE, CONSTANT, SOFTMAX } from "../../helpers/gibbs-cases.ts";
import { tinyTarget } from "../../helpers/tiny-targets.ts";

const ROWS = 10;
const target = tinyTarget({ experts: CONJUGATE, gate: SOFTMAX, components: 2, rows: ROWS });

/** The target with another mean, of so many parameters before the sd, at 60 different covariates. */
function withMean(size: number, mean: (theta: Float64Array, x: number) => number, sd = 1): Target {
  const n = 60;
  const x = Float64Array.from({ length: n }, (_, i) => -2 + (4 * i) / (n - 1) + 0.01 * Math.sin(i));
  let drawn = 0;
  const expert: Expert = {
    ...target.expert,
    layout: [
      { name: "unit", size, support: "real" },
      { name: "sd", size: 1, support: "positive", moment: "sd" },
    ],
    dimension: size + 1,
    // Experts that are plainly different, so that the rank is no matter of thresholds.
    samplePrior: (_, theta) => {
      theta.set((drawn++ % 2 === 0 ? [1.4, 0.5] : [-0.8, -0.9]).slice(0, size));
      theta[size] = sd;
    },
    mean: (theta, out) => {
      for (let i = 0; i < n; i++) out[i] = mean(theta, x[i]!);
    },
  };
  const X = { rows: n, columns: 2, data: Float64Array.from([...x].flatMap((value) => [1, value])) };
  const gate = { ...target.gate, design: { terms: ["(Intercept)", "x"], X } };
  return { ...target, n, expert, gate };
}

it("lines are not strongly identifiable, whatever the gate", () => {
  const line = withMean(2, (theta, x) => theta[0]! + theta[1]! * x);
  expect(strongIdentifiability(createRng(1), line)!.holds).toBe(false);
  const constantGate = tinyTarget({ experts: CONJUGATE, gate: CONSTANT, components: 2, rows: 60 });
  expect(strongIdentifiability(createRng(1), constantGate)!.holds).toBe(false);
  expect(slowWhenOverfitted(line).map(({ code }) => code)).toEqual(["slow-when-overfitted"]);
});

const isFull = ({ rank, functions }: { rank: number; functions: number }) => rank === functions;

it("hyperbolic tangents of a slope are, by the condition of the literature too", () => {
  const unit = withMean(1, (theta, x) => Math.tanh(theta[0]! * x));
  const checked = strongIdentifiability(createRng(1), unit)!;
  expect(checked.holds && isFull(checked.mean) && isFull(checked.variance)).toBe(true);
  expect(slowWhenOverfitted(unit)).toEqual([]);
});

it("with an amplitude they are, though its second derivative is 0 and its mixed one no new function", () => {
  const unit = withMean(2, (theta, x) => theta[1]! * Math.tanh(theta[0]! * x));
  const { holds, mean } = strongIdentifiability(createRng(1), unit)!;
  expect(holds).toBe(true);
  // By log amplitude: the second derivative is the first, and the mixed one that by the slope.
  expect(mean.rank).toBe(mean.functions - 4);
});

it("with a level beside the curve they are not: it trades with the variance", () => {
  const level = withMean(2, (theta, x) => Math.tanh(theta[0]! * x) + theta[1]!);
  expect(strongIdentifiability(createRng(1), level)!.holds).toBe(false);
});

it("with a place inside the literature is silent: the derivative by the slope is the covariate times that by the place", () => {
  const unit = withMean(2, (theta, x) => Math.tanh(theta[0]! * x + theta[1]!));
  const { holds, mean, variance } = strongIdentifiability(createRng(1), unit)!;
  // One function fewer for each of the two experts that are looked at.
  expect(mean.rank).toBe(mean.functions - 2);
  expect(isFull(variance) && holds).toBe(true);
});

it("so it is of an exponential in the covariate of the gate: its second derivative is that covariate times its first", () => {
  const growth = withMean(1, (theta, x) => Math.exp(theta[0]! * x));
  const { mean, variance } = strongIdentifiability(createRng(1), growth)!;
  expect(mean.rank).toBe(mean.functions - 2);
  expect(isFull(variance)).toBe(true);
});

it.each([1e-6, 1e6])("the units of the response do not matter: %s", (unit) => {
  const line = withMean(2, (theta, x) => unit * (theta[0]! + theta[1]! * x), unit);
  const curve = withMean(2, (theta, x) => unit * theta[1]! * Math.tanh(theta[0]! * x), unit);
  expect(strongIdentifiability(createRng(1), line)!.holds).toBe(false);
  expect(strongIdentifiability(createRng(1), curve)!.holds).toBe(true);
});

it("few rows tell nothing", () => {
  const few = tinyTarget({ experts: CONJUGATE, gate: SOFTMAX, components: 2, rows: 6 });
  expect(strongIdentifiability(createRng(1), few)).toBeUndefined();
});
