import { describe, expect, it } from "vitest";
import { compile } from "../../models/compile.ts";
import { sampler, samplers } from "../../samplers/index.ts";
import type { CountDeclaration } from "../../src/core/distribution.ts";
import { logJoint, mixtureScratch, sumOutAllocation } from "../../src/core/mixture.ts";
import type { ModelDeclaration } from "../../src/core/model.ts";
import { tableFrom } from "../../src/data/table.ts";
import { createRng } from "../../src/math/rng.ts";
import { decide } from "../helpers/decision.ts";
import { type Moments, moments, welch } from "../helpers/statistics.ts";

const LARGEST = 3;
const COUNT: CountDeclaration = { kind: "uniform", lower: 1, upper: LARGEST, max: LARGEST };

const table = tableFrom({ x: [-1.5, -1.1, -0.2, 0.4, 1.2, 1.8], y: [9, 7, 0, 1, 6, 0] });

const model = (components: ModelDeclaration["components"]): ModelDeclaration => ({
  experts: {
    family: "poisson",
    formula: "y ~ x",
    prior: { kind: "coefficients", coefficients: { kind: "normal", mean: 0.5, sd: 1 } },
  },
  gate: { kind: "softmax", formula: "~ x", prior: { kind: "normal", mean: 0, sd: 1.5 } },
  components,
  standardize: false,
});

const PRIOR_DRAWS = 100_000;

/** Means over prior draws of the likelihood of K components: what Bayes' theorem weighs K by. */
const evidence: readonly Moments[] = Array.from({ length: LARGEST }, (_, k) => {
  const { target } = compile(model(k + 1), table);
  const scratch = mixtureScratch(target);
  const rng = createRng(91, k);
  return moments(
    Float64Array.from({ length: PRIOR_DRAWS }, () => {
      const joint = logJoint(target, target.samplePrior(rng), scratch);
      return Math.exp(sumOutAllocation(joint, scratch));
    }),
  );
});

/** P(K = 1), …, each with its error by the delta method, as a mean of so many draws. */
const posterior: readonly Moments[] = evidence.map(({ mean }, k) => {
  const total = evidence.reduce((sum, one) => sum + one.mean, 0);
  const p = mean / total;
  const variance = evidence.reduce(
    (sum, one, j) => sum + one.variance * (((j === k ? 1 : 0) - p) / total) ** 2,
    0,
  );
  return { count: PRIOR_DRAWS, mean: p, variance };
});

/** Samplers of a fixed number. */
const FIXED = ["gibbs", "marginal", "piloted"];
const CHAINS = 12;
const WARMUP = 200;
const SWEEPS = 1000;

/** The share of sweeps with each number of components in independent chains. */
function shares(name: string, seed: number, sweeps: number): Moments[] {
  const { target } = compile(model(COUNT), table);
  const kernel = sampler(name, { start: "prior" }).compile(target);
  const found = Array.from({ length: LARGEST }, () => new Float64Array(CHAINS));
  for (let chain = 0; chain < CHAINS; chain++) {
    const rng = createRng(seed, chain);
    let state = kernel.init(rng);
    for (let sweep = 0; sweep < WARMUP + sweeps; sweep++) {
      state = kernel.step(rng, state).state;
      const of = found[state.theta.rows - 1]!;
      if (sweep >= WARMUP) of[chain] = of[chain]! + 1 / sweeps;
    }
  }
  return found.map(moments);
}

describe("the number of Poisson experts", () => {
  it("is known well enough to compare with", () => {
    for (const { mean, variance, count } of posterior) {
      expect(Math.sqrt(variance / count) / mean).toBeLessThan(0.05);
    }
  });

  it.each(Object.keys(samplers).filter((name) => !FIXED.includes(name)))(
    "has the posterior that the prior weighed by the likelihood gives: %s",
    (name) => {
      const { rejected, report } = decide((seed, effort) =>
        shares(name, seed, SWEEPS * effort).map((share, k) =>
          welch(`P(K = ${k + 1})`, share, posterior[k]!),
        ),
      );
      expect(rejected, report).toBe(false);
    },
  );
});
