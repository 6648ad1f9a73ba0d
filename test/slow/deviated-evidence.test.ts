import { describe, expect, it } from "vitest";
import { logIntegratedShare } from "../../diagnostics/deviation-evidence.ts";
import { compile } from "../../models/compile.ts";
import { constant, deviated, gaussian, moe, normalInverseGamma } from "../../models/index.ts";
import { beta } from "../../models/priors/beta.ts";
import { temperedEvidence } from "../../samplers/tempered-smc.ts";
import { knownEvidence } from "../../src/analysis/known-evidence.ts";
import { knownLogLikelihood } from "../../src/core/mixture.ts";
import type { Target } from "../../src/core/target.ts";
import { tableFrom } from "../../src/data/table.ts";
import { logSumExp } from "../../src/math/log-sum-exp.ts";
import { normal } from "../../src/math/random/normal.ts";
import { createRng } from "../../src/math/rng.ts";
import { logGamma } from "../../src/math/stdlib.ts";
import { sample } from "../../src/run/sample.ts";
import { serial } from "../../src/run/serial.ts";
import { decide } from "../helpers/decision.ts";
import { enumerateDeviated } from "../helpers/deviated-enumeration.ts";
import { CONJUGATE, CONSTANT } from "../helpers/gibbs-cases.ts";
import { known, moments, welch } from "../helpers/statistics.ts";
import { COVARIATE, tinyResponse } from "../helpers/tiny-targets.ts";

const ROWS = 7;
const SHARE = { a: 2, b: 1.5 };
const x = COVARIATE.slice(0, ROWS);
const y = [...tinyResponse(ROWS)];
const modelOf = (components: number, formula = "y ~ x", density = "laplace(0.3*x, 0.8)") =>
  deviated({
    known: density,
    mixture: moe({
      experts: gaussian(formula, normalInverseGamma(CONJUGATE)),
      gate: constant(CONSTANT.prior),
      components,
      standardize: false,
    }),
    lambda: beta(SHARE.a, SHARE.b),
  });
const targetOf = (components: number) =>
  compile(modelOf(components), tableFrom({ x: [...x], y })).target;

function exactOf(target: Target, components: 1 | 2): number {
  const logKnown = new Float64Array(ROWS);
  target.deviation!.known.logDensity(logKnown);
  return enumerateDeviated({
    regression: { X: x.map((value) => [1, value]), y },
    prior: CONJUGATE,
    known: [...logKnown],
    share: SHARE,
    components,
    concentration: CONSTANT.prior.concentration,
  }).logEvidence;
}

const REPLICATES = 60;

/** Whether exp(log evidence) is right on average: replicates are unbiased up to the choice of the path. */
function judge(target: Target, exact: number) {
  return decide((seed, effort) => {
    const options = { particles: 100 * effort, sweeps: 4, share: 0.8 };
    const ratios = Array.from({ length: REPLICATES }, (_, r) =>
      Math.exp(temperedEvidence(createRng(seed, r), target, options).logEvidence - exact),
    );
    return [welch("evidence over exact evidence", moments(ratios), known(1))];
  });
}

describe("the evidence beside a known density, by all ways to make seven rows", () => {
  it.each([1, 2] as const)("is right with %d experts", (components) => {
    const target = targetOf(components);
    const { rejected, report } = judge(target, exactOf(target, components));
    expect(rejected, report).toBe(false);
  });

  const mistakes: Readonly<Record<string, (target: Target) => Target>> = {
    "a prior of the share that starts elsewhere": (target) => ({
      ...target,
      deviation: { ...target.deviation!, a: 4, b: 1 },
    }),
    "a known density without its normalising constant": ({ deviation, ...target }) => ({
      ...target,
      deviation: {
        ...deviation!,
        known: {
          ...deviation!.known,
          logDensity(out) {
            deviation!.known.logDensity(out);
            for (let i = 0; i < out.length; i++) out[i] = out[i]! + 0.5;
          },
        },
      },
    }),
    "experts that forget how warm a row is": (target) => ({
      ...target,
      expert: {
        ...target.expert,
        update: (rng, theta, { rows }) =>
          target.expert.update(rng, theta, { rows, weight: new Float64Array(rows.length).fill(1) }),
      },
    }),
  };
  it.each(Object.entries(mistakes))("is not right with %s", (_, change) => {
    const target = targetOf(2);
    expect(judge(change(target), exactOf(target, 2)).rejected).toBe(true);
  });
});

it("a known density that is zero at a row has no path beside it", () => {
  const { deviation, ...target } = targetOf(1);
  const logDensity = (out: Float64Array) => void out.fill(Number.NEGATIVE_INFINITY);
  const changed = {
    ...target,
    deviation: { ...deviation!, known: { ...deviation!.known, logDensity } },
  };
  expect(() => temperedEvidence(createRng(1), changed)).toThrow("it is zero at row 1");
});

describe("where the data speak strongly against N(0, 1)", () => {
  const rng = createRng(5);
  const data = Float64Array.from({ length: 60 }, (_, i) =>
    i < 24 ? 4 + 0.5 * normal(rng) : normal(rng),
  );
  const table = tableFrom({ y: data });
  const model = modelOf(1, "y ~ 1", "normal(0, 1)");

  it("the Bayes factor is that of a sum over a grid, by sequential Monte Carlo", async () => {
    const settings = { chains: 2, warmup: 200, draws: 500, executor: serial(), seed: 3 };
    const run = await sample(model, table, settings);
    const found = await knownEvidence(run, table, {
      effort: { particles: 300, replicates: 8 },
      workers: 1,
    });
    expect(found.paretoK).toBeGreaterThan(0.7);
    expect(found.method).toBe("sequential-monte-carlo");
    expect(found.unreliable).toBeUndefined();
    expect(found.mcse).toBeLessThan(0.25);
    const exact = knownLogLikelihood(compile(model, table).target) - onGrid(data);
    expect(exact).toBeLessThan(-50);
    // Seven degrees of freedom in the error: beyond 5 errors once in some 600 seeds.
    expect(Math.abs(found.logBayesFactor - exact)).toBeLessThan(5 * found.mcse);
  });
});

/** log p(y) by a sum over the mean and the log sd of the one expert, the share integrated out. */
function onGrid(data: Float64Array): number {
  const { mean, scale, shape, rate } = CONJUGATE;
  const means = Array.from({ length: 121 }, (_, j) => 2 + (4 * j) / 120);
  const logSds = Array.from({ length: 41 }, (_, j) => -1.6 + (2.4 * j) / 40);
  const logKnown = data.map((value) => -0.5 * value ** 2);
  const terms = means.flatMap((mu) =>
    logSds.map((log) => {
      const variance = Math.exp(2 * log);
      const ratios = data.map(
        (value, i) => -log - (value - mu) ** 2 / (2 * variance) - logKnown[i]!,
      );
      // Inverse gamma of the variance, whose derivative by the log sd is 2 × variance.
      const prior =
        shape * Math.log(rate) -
        logGamma(shape) -
        2 * shape * log -
        rate / variance +
        Math.LN2 -
        0.5 * Math.log(2 * Math.PI * variance * scale) -
        (mu - mean) ** 2 / (2 * variance * scale);
      return prior + logIntegratedShare(ratios, SHARE.a, SHARE.b);
    }),
  );
  const cell = Math.log((4 / 120) * (2.4 / 40));
  const known = logKnown.reduce((sum, log) => sum + log - 0.5 * Math.log(2 * Math.PI), 0);
  return known + logSumExp(Float64Array.from(terms)) + cell;
}
