import { describe, expect, it } from "vitest";
import type { Expert } from "../../src/core/expert.ts";
import type { Target } from "../../src/core/target.ts";
import {
  type GibbsCase,
  kernelOf,
  SOFTMAX,
  testByGeweke,
  testBySbc,
} from "../helpers/gibbs-cases.ts";
import { tinyTarget } from "../helpers/tiny-targets.ts";
import {
  takingEveryProposal,
  withoutJacobianOfExp,
} from "../statistical/broken-kernels/expert-updates.ts";

const COUNTS = [3, 0, 1, 7, 0, 4, 2, 1] as const;
const TRIALS = [5, 1, 3, 9, 2, 4, 6, 3] as const;

const COEFFICIENTS = [
  { kind: "normal", mean: 0.5, sd: 0.8 },
  { kind: "normal", mean: 0, sd: 0.6 },
] as const;

const BOUNDED = [COEFFICIENTS[0], { kind: "uniform", lower: -1, upper: 0.8 }] as const;

const binomial: GibbsCase = {
  family: "binomial",
  experts: { kind: "coefficients", coefficients: COEFFICIENTS },
  gate: SOFTMAX,
  components: 2,
  rows: 6,
  trials: TRIALS,
  gateUpdate: "laplace",
};

const { trials: _, ...withoutTrials } = binomial;
const overdispersed: GibbsCase = {
  ...withoutTrials,
  family: "negative-binomial",
  experts: {
    kind: "overdispersed",
    coefficients: COEFFICIENTS,
    size: { kind: "gamma", shape: 4, rate: 2 },
  },
};

const cases: Readonly<Record<string, GibbsCase>> = {
  "successes, a t around the mode": binomial,
  "successes, slices and an offset": {
    ...binomial,
    offset: true,
    experts: { kind: "coefficients", coefficients: BOUNDED },
  },
  "zeros and ones": { ...binomial, trials: COUNTS.map(() => 1) },
  "overdispersed counts, a t around the mode": overdispersed,
  "overdispersed counts, a prior on dispersion and an offset": {
    ...overdispersed,
    offset: true,
    experts: {
      kind: "overdispersed",
      coefficients: COEFFICIENTS,
      dispersion: { kind: "exponential", rate: 2 },
    },
  },
  "overdispersed counts, slices": {
    ...overdispersed,
    experts: {
      kind: "overdispersed",
      coefficients: BOUNDED,
      size: { kind: "uniform", lower: 0.5, upper: 8 },
    },
  },
};

const targetOf = (tiny: GibbsCase): Target =>
  tinyTarget(tiny, Float64Array.from(COUNTS.slice(0, tiny.rows)));

describe("the Gibbs kernel with experts of successes and of overdispersed counts", () => {
  it.each(Object.entries(cases))("keeps the joint prior of parameters and data: %s", (__, tiny) => {
    const target = targetOf(tiny);
    const { rejected, report } = testByGeweke(target, kernelOf(target, tiny), tiny);
    expect(rejected, report).toBe(false);
  });

  it.each(Object.entries(cases))("is calibrated: %s", (__, tiny) => {
    const target = targetOf(tiny);
    const { rejected, report } = testBySbc(target, kernelOf(target, tiny));
    expect(rejected, report).toBe(false);
  });

  it.each<[string, GibbsCase, (expert: Expert) => Expert]>([
    ["takes every proposal", overdispersed, takingEveryProposal],
    ["forgets that log size is not size", overdispersed, withoutJacobianOfExp],
    [
      "takes every row for one trial more",
      binomial,
      (expert) => {
        const more = targetOf({ ...binomial, trials: TRIALS.map((trials) => trials + 1) }).expert;
        return {
          ...expert,
          update(rng, theta, members) {
            more.y.set(expert.y);
            more.update(rng, theta, members);
          },
        };
      },
    ],
  ])("is rejected where an expert's update %s", (__, tiny, broken) => {
    const target = targetOf(tiny);
    const wrong = { ...target, expert: broken(target.expert) };
    const { rejected, report } = testByGeweke(wrong, kernelOf(wrong, tiny), tiny);
    expect(rejected, report).toBe(true);
  });
});
