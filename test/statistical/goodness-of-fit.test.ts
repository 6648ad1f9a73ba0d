import { describe, expect, it } from "vitest";
import { deviated, gaussian, moe, normalInverseGamma, softmax } from "../../models/index.ts";
import { beta } from "../../models/priors/beta.ts";
import { testKnown } from "../../src/analysis/goodness-of-fit.ts";
import { knownEvidence } from "../../src/analysis/known-evidence.ts";
import { tableFrom } from "../../src/data/table.ts";
import { exponential } from "../../src/math/random/exponential.ts";
import { normal } from "../../src/math/random/normal.ts";
import { createRng, type Rng, uniform } from "../../src/math/rng.ts";
import { logGamma } from "../../src/math/stdlib.ts";
import { sample } from "../../src/run/sample.ts";
import { serial } from "../../src/run/serial.ts";
import { conjugateFit } from "../helpers/enumeration.ts";
import { CONJUGATE } from "../helpers/gibbs-cases.ts";
import { COVARIATE, tinyResponse } from "../helpers/tiny-targets.ts";

const KNOWN = "laplace(0.3*x, 0.8)";
const modelOf = (components: number) =>
  deviated({
    known: KNOWN,
    mixture: moe({
      experts: gaussian("y ~ x", normalInverseGamma(CONJUGATE)),
      gate: softmax("~ 1"),
      components,
      standardize: false,
    }),
    lambda: beta(1, 1.5),
  });

const logLaplace = (y: number, x: number): number =>
  -Math.abs(y - 0.3 * x) / 0.8 - Math.log(2 * 0.8);

it("the Bayes factor is the exact one, by every way to share eight rows", async () => {
  const x = COVARIATE.slice(0, 8);
  const y = [...tinyResponse(8)];
  const X = x.map((value) => [1, value]);
  const logBeta = (a: number, b: number) => logGamma(a) + logGamma(b) - logGamma(a + b);
  let evidence = 0;
  for (let mask = 0; mask < 2 ** 8; mask++) {
    const isKnown = (i: number) => ((mask >> i) & 1) === 1;
    const known = y.flatMap((value, i) => (isKnown(i) ? [logLaplace(value, x[i]!)] : []));
    const { logMarginal } = conjugateFit({ X, y }, (i) => !isKnown(i), CONJUGATE);
    const share = logBeta(1 + 8 - known.length, 1.5 + known.length) - logBeta(1, 1.5);
    evidence += Math.exp(logMarginal + known.reduce((a, b) => a + b, 0) + share);
  }
  const known = y.reduce((sum, value, i) => sum + logLaplace(value, x[i]!), 0);

  const table = tableFrom({ x: [...x], y });
  const settings = { chains: 4, warmup: 200, draws: 4000, executor: serial(), seed: 3 };
  const run = await sample(modelOf(1), table, settings);
  const { logBayesFactor, mcse } = await knownEvidence(run, table, { method: "draws" });
  expect(Math.abs(logBayesFactor - (known - Math.log(evidence)))).toBeLessThan(4 * mcse);
  // An error of a tenth of a factor: small enough to find a wrong constant.
  expect(mcse).toBeLessThan(0.2);
});

/** Rows of the known density, a share of them replaced by a narrow line. */
function rows(rng: Rng, n: number, share: number) {
  const x = Float64Array.from({ length: n }, () => 2 * uniform(rng) - 1);
  const y = x.map((value) =>
    uniform(rng) < share
      ? 2 - value + 0.3 * normal(rng)
      : 0.3 * value + 0.8 * (uniform(rng) < 0.5 ? -1 : 1) * exponential(rng),
  );
  return tableFrom({ x, y });
}

describe("the likelihood-ratio test", () => {
  const options = { replicates: 19, starts: 3, workers: 1 };

  it("finds what clearly deviates, and has the least p-value there can be", async () => {
    const found = await testKnown(modelOf(1), rows(createRng(1), 80, 0.4), options);
    expect(found.pValue).toBe(1 / 20);
    expect(found.statistic).toBeCloseTo(2 * (found.logLikelihood - found.knownLogLikelihood), 10);
  });

  it("is never below zero, and does not depend on threads", async () => {
    const table = rows(createRng(2), 60, 0);
    const one = await testKnown(modelOf(1), table, options);
    expect(await testKnown(modelOf(1), table, { ...options, workers: 2 })).toEqual(one);
    expect(Math.min(one.statistic, ...one.simulated)).toBeGreaterThanOrEqual(0);
  });

  it("asks for a known density", async () => {
    const { known: _, lambda: __, ...plain } = modelOf(1);
    await expect(testKnown(plain, rows(createRng(1), 20, 0), options)).rejects.toThrow(
      "the model must have a known density",
    );
  });
});
