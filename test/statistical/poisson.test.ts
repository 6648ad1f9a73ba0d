import { describe, expect, it } from "vitest";
import type { Expert } from "../../src/core/expert.ts";
import type { Target } from "../../src/core/target.ts";
import { decide } from "../helpers/decision.ts";
import {
  type GibbsCase,
  kernelOf,
  SOFTMAX,
  testByGeweke,
  testBySbc,
} from "../helpers/gibbs-cases.ts";
import type { Observables } from "../helpers/observables.ts";
import { posteriorMeans } from "../helpers/posterior-means.ts";
import { designRows, tinyTarget } from "../helpers/tiny-targets.ts";
import { takingEveryProposal } from "./broken-kernels/expert-updates.ts";

const COUNTS = [3, 0, 1, 7, 0, 4, 2, 1] as const;

const NORMAL = {
  kind: "coefficients",
  coefficients: [
    { kind: "normal", mean: 0.5, sd: 0.8 },
    { kind: "normal", mean: 0, sd: 0.6 },
  ],
} as const;

const SLICED = {
  kind: "coefficients",
  coefficients: [
    { kind: "normal", mean: 0.5, sd: 0.8 },
    { kind: "uniform", lower: -1, upper: 0.8 },
  ],
} as const;

const two: GibbsCase = {
  family: "poisson",
  experts: NORMAL,
  gate: SOFTMAX,
  components: 2,
  rows: 6,
  gateUpdate: "laplace",
};

const cases: Readonly<Record<string, GibbsCase>> = {
  "a t around the mode": two,
  "a t around the mode, with an offset": { ...two, offset: true },
  slices: { ...two, experts: SLICED },
};

const targetOf = (tiny: GibbsCase): Target =>
  tinyTarget(tiny, Float64Array.from(COUNTS.slice(0, tiny.rows)));

describe("the Gibbs kernel with Poisson experts", () => {
  it.each(Object.entries(cases))("keeps the joint prior of parameters and data: %s", (_, tiny) => {
    const target = targetOf(tiny);
    const { rejected, report } = testByGeweke(target, kernelOf(target, tiny), tiny);
    expect(rejected, report).toBe(false);
  });

  it.each(Object.entries(cases))("is calibrated: %s", (_, tiny) => {
    const target = targetOf(tiny);
    const { rejected, report } = testBySbc(target, kernelOf(target, tiny));
    expect(rejected, report).toBe(false);
  });

  it.each<[string, (expert: Expert) => Expert]>([
    ["takes every proposal", takingEveryProposal],
    [
      "forgets the offset of its rows",
      (expert) => {
        const plain = targetOf(two).expert;
        return {
          ...expert,
          update(rng, theta, members) {
            plain.y.set(expert.y);
            plain.update(rng, theta, members);
          },
        };
      },
    ],
  ])("is rejected where an expert's update %s", (_, broken) => {
    const tiny = { ...two, offset: true };
    const target = targetOf(tiny);
    const wrong = { ...target, expert: broken(target.expert) };
    // With fewer draws than pass the right kernel.
    const { rejected, report } = testByGeweke(wrong, kernelOf(wrong, tiny), tiny, 0.4);
    expect(rejected, report).toBe(true);
  });
});

type Point = readonly [number, number];

const functionals: Readonly<Record<string, (point: Point) => number>> = {
  "coef[0]": ([a]) => a,
  "coef[1]": ([, b]) => b,
  "coef[0]²": ([a]) => a * a,
  "coef[0] · coef[1]": ([a, b]) => a * b,
  "mean at the first row": ([a, b]) => Math.exp(a + b * designRows(1)[0]![1]),
};

/** Posterior expectations in the regression of the first six counts by the trapezoidal rule, its density written out. */
function exactExpectations(logPrior: (point: Point) => number, slopes: Point): number[] {
  const rows = designRows(6);
  const NODES = 400;
  const sums = Object.values(functionals).map(() => 0);
  let total = 0;
  for (let i = 0; i <= NODES; i++) {
    for (let j = 0; j <= NODES; j++) {
      const point: Point = [
        -4 + (8 * i) / NODES,
        slopes[0] + ((slopes[1] - slopes[0]) * j) / NODES,
      ];
      const likelihood = rows.reduce((sum, [, x], row) => {
        const eta = point[0] + point[1] * x;
        return sum + COUNTS[row]! * eta - Math.exp(eta);
      }, 0);
      const end = j === 0 || j === NODES ? 0.5 : 1;
      const weight = end * Math.exp(likelihood + logPrior(point));
      total += weight;
      Object.values(functionals).forEach((of, f) => {
        sums[f] = sums[f]! + weight * of(point);
      });
    }
  }
  return sums.map((sum) => sum / total);
}

function observed(expected: readonly number[]): Observables {
  const list = Object.values(functionals);
  return {
    names: Object.keys(functionals),
    expected,
    observe({ theta: { data } }, out) {
      list.forEach((of, j) => {
        out[j] = of([data[0]!, data[1]!]);
      });
    },
  };
}

describe("one component is a Bayesian regression of counts", () => {
  const one = { ...two, components: 1 };

  it.each<[string, GibbsCase, (point: Point) => number, Point]>([
    [
      "normal priors",
      one,
      ([a, b]) => -0.5 * ((a - 0.5) / 0.8) ** 2 - 0.5 * (b / 0.6) ** 2,
      [-4, 4],
    ],
    [
      "a prior with bounds",
      { ...one, experts: SLICED },
      ([a]) => -0.5 * ((a - 0.5) / 0.8) ** 2,
      [-1, 0.8],
    ],
  ])("whose posterior means under %s are those of quadrature", (_, tiny, logPrior, slopes) => {
    const observables = observed(exactExpectations(logPrior, slopes));
    const kernel = kernelOf(targetOf(tiny), tiny);
    const { rejected, report } = decide((seed, effort) =>
      posteriorMeans(kernel, {
        chains: 16,
        warmup: 100,
        sweeps: 1000 * effort,
        observables,
        seed,
      }),
    );
    expect(rejected, report).toBe(false);
  });
});
