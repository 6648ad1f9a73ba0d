import { describe, expect, test } from "vitest";
import {
  degreesOfFreedom,
  type FitSummary,
  fitSummary,
  informationCriteria,
} from "../../../diagnostics/information-criteria.ts";
import { createRng } from "../../../src/math/rng.ts";
import { CONJUGATE, CONSTANT, INDEPENDENT, SOFTMAX } from "../../helpers/gibbs-cases.ts";
import { tinyTarget } from "../../helpers/tiny-targets.ts";

const fit: FitSummary = {
  logLikelihood: -100,
  df: 5,
  n: 50,
  components: 2,
  entropy: 3,
  logLikelihoodOfOne: -112,
};

const criterion = (name: string, of: FitSummary = fit): number =>
  informationCriteria.find((one) => one.name === name)!.value(of);

describe("of a log-likelihood of -100 with 5 parameters and 50 rows", () => {
  test.each([
    ["aic", 210],
    ["aicc", 210 + 60 / 44],
    ["bic", 200 + 5 * Math.log(50)],
    ["icl", 206 + 5 * Math.log(50)],
    ["nec", 0.25],
  ])("%s is %d", (name, expected) => {
    expect(criterion(name)).toBeCloseTo(expected, 12);
  });
});

test("nec is 1 for one component and NaN without a gain or the log-likelihood of one", () => {
  const { logLikelihoodOfOne, ...alone } = fit;
  expect(logLikelihoodOfOne).toBe(-112);
  expect(criterion("nec", { ...alone, components: 1 })).toBe(1);
  expect(criterion("nec", alone)).toBeNaN();
  expect(criterion("nec", { ...fit, logLikelihoodOfOne: -100 })).toBeNaN();
});

test("aicc is NaN where there are too few rows", () => {
  expect(criterion("aicc", { ...fit, n: 6 })).toBeNaN();
  expect(criterion("aicc", { ...fit, n: 7 })).toBe(210 + 60);
});

describe("degrees of freedom of three regressions on an intercept and a slope", () => {
  test.each([
    ["a symmetric gate", SOFTMAX, 13],
    ["a gate with a baseline", { ...SOFTMAX, baseline: "last" as const }, 13],
    ["constant weights", CONSTANT, 11],
  ])("%s", (_, gate, expected) => {
    const target = tinyTarget({ experts: CONJUGATE, gate, components: 3, rows: 10 });
    expect(degreesOfFreedom(target, 3)).toBe(expected);
    expect(degreesOfFreedom(target, 3, 2)).toBe(expected - 2);
  });
});

test("two equal components have an entropy of log 2 a row, one component has none", () => {
  const model = { experts: INDEPENDENT, gate: SOFTMAX, rows: 10 };
  const two = tinyTarget({ ...model, components: 2 });
  const state = two.samplePrior(createRng(1, 1));
  for (const { data } of [state.theta, state.gamma]) {
    data.copyWithin(data.length / 2, 0, data.length / 2);
  }
  expect(fitSummary(two, state).entropy).toBeCloseTo(10 * Math.log(2), 10);
  const one = tinyTarget({ ...model, components: 1 });
  const single = fitSummary(one, one.samplePrior(createRng(1, 1)), { logLikelihoodOfOne: 1 });
  expect(single).toMatchObject({ entropy: 0, df: 3, n: 10, components: 1, logLikelihoodOfOne: 1 });
});
