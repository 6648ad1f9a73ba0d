import { describe, expect, it } from "vitest";
import { mixtureTarget } from "../../models/target.ts";
import { varyingExpert } from "../../models/varying/bayes/expert.ts";
import { sampledFamily } from "../../models/varying/bayes/families.ts";
import { type Functions, functionsOf } from "../../models/varying/bayes/functions.ts";
import { functionRows } from "../../models/varying/bayes/rows.ts";
import { collapsedSplitMerge } from "../../samplers/moves/collapsed-split-merge.ts";
import type { ExpertApproximation } from "../../src/core/expert.ts";
import type { GateGivenLevels } from "../../src/core/gate.ts";
import type { Target } from "../../src/core/target.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { matrix } from "../../src/math/matrix.ts";
import { sliceSample } from "../../src/math/random/slice.ts";
import { eager, inSweep } from "../helpers/random-count-kernels.ts";
import {
  calibrationOfFunctions,
  compileFunctions,
  type FunctionCase,
  functionKernel,
  functionModel,
  gewekeOnFunctions,
} from "../helpers/varying-bayes-cases.ts";

const gaussian: FunctionCase = { family: "gaussian", dispersion: false, components: 2 };
const RANDOM = { kind: "uniform", lower: 1, upper: 3, max: 3 } as const;

const cases: Readonly<Record<string, FunctionCase>> = {
  "Gaussian experts, Pólya-Gamma gate": { ...gaussian, gateUpdate: "polya-gamma" },
  "Gaussian experts, Laplace gate": { ...gaussian, gateUpdate: "laplace" },
  "Gaussian experts with varying sds": { ...gaussian, dispersion: true },
  "Gaussian experts, of which only the intercept varies": {
    ...gaussian,
    what: { experts: ["(Intercept)"], gate: [] },
  },
  "binomial experts": { ...gaussian, family: "binomial" },
  "negative binomial experts": { ...gaussian, family: "negative-binomial" },
  "negative binomial experts with varying sizes": {
    ...gaussian,
    family: "negative-binomial",
    dispersion: true,
  },
  "a random number of Gaussian experts": { ...gaussian, components: RANDOM, sampler: "auto" },
  "a random number of Gaussian experts with varying sds": {
    ...gaussian,
    components: RANDOM,
    dispersion: true,
    sampler: "reversible-jump",
  },
  "a random number of binomial experts": {
    ...gaussian,
    family: "binomial",
    components: RANDOM,
    sampler: "auto",
  },
};

describe("the joint prior of functions and data is kept", () => {
  it.each(Object.entries(cases))("with %s", (_, tiny) => {
    const { target, kernel } = compileFunctions(tiny);
    const { rejected, report } = gewekeOnFunctions(target, kernel);
    expect(rejected, report).toBe(false);
  });
});

describe("on data from the prior", () => {
  it.each([
    ["Gaussian experts with varying sds", { ...gaussian, dispersion: true }],
    [
      "a random number of negative binomial experts",
      {
        ...gaussian,
        family: "negative-binomial",
        components: RANDOM,
        sampler: "auto",
      },
    ],
  ] as const)("ranks are uniform with %s", (_, tiny) => {
    const { target, kernel } = compileFunctions(tiny);
    const { rejected, report } = calibrationOfFunctions(target, kernel);
    expect(rejected, report).toBe(false);
  });
});

/** Functions with one of their steps replaced, in the experts of an otherwise right target. */
function withMistake(change: (right: Functions) => Partial<Functions>) {
  const { target } = compileFunctions(gaussian);
  const { y, design, u } = tinyDesign(target.expert.y);
  const model = functionModel(gaussian);
  const rows = (varies: boolean[]) =>
    functionRows(matrix(y.length, varies.length, design), u, varies, 2);
  const right = functionsOf(rows([true, true]), 0.7);
  const ones = matrix(y.length, 1, new Float64Array(y.length).fill(1));
  const expert = varyingExpert(
    { n: y.length, y, design: { terms: ["(Intercept)", "x"], X: matrix(y.length, 2, design) } },
    model.experts.prior!,
    {
      family: sampledFamily("gaussian"),
      mean: { ...right, ...change(right) },
      dispersion: functionsOf(functionRows(ones, u, [false], 2), 0.7),
    },
  );
  const observations = { n: y.length, y, design: { terms: [], X: matrix(y.length, 0) } };
  const broken = mixtureTarget(observations, expert, target.gate, 2, () => target.features);
  return gewekeOnFunctions(broken, functionKernel(broken, gaussian));
}

/** The columns that the tiny case's experts see. */
function tinyDesign(y: Float64Array) {
  const x = [-1.5, 0.7, -0.2, 1.8, -1.1, 1.2, 0.1, -0.6];
  const u = Float64Array.of(0, 0.1, 0.3, 0.35, 0.5, 0.75, 0.8, 1);
  return { y, u, design: Float64Array.from(x.flatMap((value) => [1, value])) };
}

describe("a wrong update of the scales is rejected", () => {
  it("but the right one is not", () => {
    const { rejected, report } = withMistake(() => ({}));
    expect(rejected, report).toBe(false);
  });

  it("where the Jacobian of s v constant is forgotten", () => {
    const { rejected, report } = withMistake((right) => ({
      interweave(rng, point) {
        right.varying.forEach((_, f) => {
          const at = right.scaleAt(f);
          const from = 4 + 2 * f;
          const s = Math.abs(point[at]!);
          const fixed = s * s * (point[from]! ** 2 + point[from + 1]! ** 2);
          // One power of |s| too few.
          const logDensity = (log: number): number =>
            -2 * log - 0.5 * (fastExp(2 * log) / 0.49 + fixed / fastExp(2 * log));
          const factor = fastExp(sliceSample(rng, logDensity, fastLog(s), 0.5)) / s;
          point[at] = point[at]! * factor;
          for (const m of [from, from + 1]) point[m] = point[m]! / factor;
        });
      },
    }));
    expect(rejected, report).toBe(true);
  });

  it("where scales are drawn under another prior", () => {
    const { rejected, report } = withMistake(() => ({ psi: 1 }));
    expect(rejected, report).toBe(true);
  });
});

/** Every sweep tries to split or to merge components with functions, both drawn anew. */
describe("collapsed splits and merges of functions", () => {
  const tiny: FunctionCase = { ...gaussian, components: RANDOM, sampler: "auto" };
  const { target } = compileFunctions(tiny);
  const tested = (broken: Target) =>
    gewekeOnFunctions(target, inSweep(eager(() => collapsedSplitMerge(broken)))(target), 100);

  it("keep the joint prior", () => {
    const { rejected, report } = tested(target);
    expect(rejected, report).toBe(false);
  });

  /** As if b = s v had been drawn in place of v, and the Jacobian forgotten. */
  const withoutJacobian = (theta: Float64Array): number =>
    2 * fastLog(Math.abs(theta[2]! * theta[3]!));

  it("are rejected where a Jacobian of the experts' shapes is forgotten", () => {
    const forget = ({ draw, logWeight }: ExpertApproximation): ExpertApproximation => ({
      draw: (rng, theta) => draw(rng, theta) + withoutJacobian(theta),
      logWeight: (theta) => logWeight(theta) + withoutJacobian(theta),
    });
    const { expert } = target;
    const approximate = (...args: Parameters<NonNullable<typeof expert.approximate>>) =>
      forget(expert.approximate!(...args));
    const { rejected, report } = tested({ ...target, expert: { ...expert, approximate } });
    expect(rejected, report).toBe(true);
  });

  it("are rejected where gate rows are weighed without the density of their scales", () => {
    const given = target.gate.givenLevels!;
    const scales = (row: Float64Array): number => (-0.5 * (row[2]! ** 2 + row[3]! ** 2)) / 0.49;
    const givenLevels: GateGivenLevels = {
      ...given,
      draw: (rng, members, row) => given.draw(rng, members, row) - scales(row),
      logWeight: (members, row) => given.logWeight(members, row) - scales(row),
    };
    const { rejected, report } = tested({ ...target, gate: { ...target.gate, givenLevels } });
    expect(rejected, report).toBe(true);
  });
});
