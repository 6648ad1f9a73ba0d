import { describe, expect, it } from "vitest";
import { compile } from "../../models/compile.ts";
import { sampler } from "../../samplers/index.ts";
import type { CountDeclaration } from "../../src/core/distribution.ts";
import { logJoint, mixtureScratch, sumOutAllocation } from "../../src/core/mixture.ts";
import type { ExpertsDeclaration, ModelDeclaration } from "../../src/core/model.ts";
import { tableFrom } from "../../src/data/table.ts";
import { createRng } from "../../src/math/rng.ts";
import { decide } from "../helpers/decision.ts";
import { type Moments, moments, welch } from "../helpers/statistics.ts";

const LARGEST = 3;
const COUNT: CountDeclaration = { kind: "uniform", lower: 1, upper: LARGEST, max: LARGEST };

const table = tableFrom({
  x: [-1.5, -1.1, -0.2, 0.4, 1.2, 1.8],
  y: [9, 7, 0, 1, 6, 0],
  n: [9, 8, 4, 6, 7, 5],
});

const coefficients = { kind: "normal", mean: 0.5, sd: 1 } as const;

const families: Readonly<Record<string, ExpertsDeclaration>> = {
  binomial: {
    family: "binomial",
    formula: "y ~ x + trials(n)",
    prior: { kind: "coefficients", coefficients },
  },
  "negative-binomial": {
    family: "negative-binomial",
    formula: "y ~ x",
    prior: {
      kind: "overdispersed",
      coefficients,
      dispersion: { kind: "exponential", rate: 2 },
    },
  },
};

const model = (
  experts: ExpertsDeclaration,
  components: ModelDeclaration["components"],
): ModelDeclaration => ({
  experts,
  gate: { kind: "softmax", formula: "~ x", prior: { kind: "normal", mean: 0, sd: 1.5 } },
  components,
  standardize: false,
});

const PRIOR_DRAWS = 100_000;

/** P(K = 1), …: what Bayes' theorem weighs K by, the mean of the likelihood over prior draws, normalised. */
function posteriorOf(experts: ExpertsDeclaration): readonly Moments[] {
  const evidence = Array.from({ length: LARGEST }, (_, k) => {
    const { target } = compile(model(experts, k + 1), table);
    const scratch = mixtureScratch(target);
    const rng = createRng(91, k);
    return moments(
      Float64Array.from({ length: PRIOR_DRAWS }, () => {
        const joint = logJoint(target, target.samplePrior(rng), scratch);
        return Math.exp(sumOutAllocation(joint, scratch));
      }),
    );
  });
  const total = evidence.reduce((sum, one) => sum + one.mean, 0);
  return evidence.map(({ mean }, k) => {
    const p = mean / total;
    // By the delta method, as of a mean of so many draws.
    const variance = evidence.reduce(
      (sum, one, j) => sum + one.variance * (((j === k ? 1 : 0) - p) / total) ** 2,
      0,
    );
    return { count: PRIOR_DRAWS, mean: p, variance };
  });
}

const CHAINS = 12;
const WARMUP = 200;
const SWEEPS = 1000;

/** The share of sweeps with each number of components in independent chains. */
function shares(
  experts: ExpertsDeclaration,
  name: string,
  seed: number,
  sweeps: number,
): Moments[] {
  const { target } = compile(model(experts, COUNT), table);
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

describe.each(Object.entries(families))("the number of %s experts", (_, experts) => {
  const posterior = posteriorOf(experts);

  it("is known well enough to compare with", () => {
    for (const { mean, variance, count } of posterior) {
      expect(Math.sqrt(variance / count) / mean).toBeLessThan(0.05);
    }
  });

  it.each(["auto", "reversible-jump", "mfm"])(
    "has the posterior that the prior weighed by the likelihood gives: %s",
    (name) => {
      const { rejected, report } = decide((seed, effort) =>
        shares(experts, name, seed, SWEEPS * effort).map((share, k) =>
          welch(`P(K = ${k + 1})`, share, posterior[k]!),
        ),
      );
      expect(rejected, report).toBe(false);
    },
  );
});
