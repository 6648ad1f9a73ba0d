import { describe, expect, it } from "vitest";
import type { Expert } from "../../src/core/expert.ts";
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

const smooth: GibbsCase = {
  family: "tanh",
  experts: {
    kind: "bounded",
    coefficients: { kind: "normal", mean: 0.3, sd: 0.8 },
    amplitude: { kind: "gamma", shape: 4, rate: 3 },
    sd: { kind: "half-normal", sd: 0.8 },
  },
  gate: SOFTMAX,
  components: 2,
  rows: 6,
  gateUpdate: "laplace",
};

const cases: Readonly<Record<string, GibbsCase>> = {
  "a t around the mode": smooth,
  "slices and an offset": {
    ...smooth,
    offset: true,
    experts: {
      kind: "bounded",
      coefficients: { kind: "uniform", lower: -1, upper: 1.5 },
      amplitude: { kind: "uniform", lower: 0.3, upper: 2 },
      sd: { kind: "half-normal", sd: 0.8 },
    },
  },
};

describe("the Gibbs kernel with tanh experts", () => {
  it.each(Object.entries(cases))("keeps the joint prior of parameters and data: %s", (_, tiny) => {
    const target = tinyTarget(tiny);
    const { rejected, report } = testByGeweke(target, kernelOf(target, tiny), tiny);
    expect(rejected, report).toBe(false);
  });

  // Chains of these lengths do not find the narrow peaks of an sd that a prior without a gap at 0 lets be tiny.
  const apart = Object.entries(cases).map(([name, tiny]): [string, GibbsCase] => [
    name,
    {
      ...tiny,
      experts: {
        ...tiny.experts,
        sd: { kind: "inverse-gamma", shape: 5, rate: 3 },
      } as GibbsCase["experts"],
    },
  ]);

  it.each(apart)("is calibrated: %s", (_, tiny) => {
    const target = tinyTarget(tiny);
    const { rejected, report } = testBySbc(target, kernelOf(target, tiny));
    expect(rejected, report).toBe(false);
  });

  it.each<[string, (expert: Expert) => Expert]>([
    ["takes every proposal", takingEveryProposal],
    ["forgets that log amplitude is not amplitude", withoutJacobianOfExp],
  ])("an update that %s is found out", (_, broken) => {
    const target = tinyTarget(smooth);
    const wrong = { ...target, expert: broken(target.expert) };
    const { rejected } = testByGeweke(wrong, kernelOf(wrong, smooth), smooth);
    expect(rejected).toBe(true);
  });
});
