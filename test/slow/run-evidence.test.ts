import { describe, expect, test } from "vitest";
import { compareRoutes, posteriorFromEvidence } from "../../diagnostics/posterior-from-evidence.ts";
import { poisson } from "../../models/poisson.ts";
import { analyze } from "../../src/analysis/analyze.ts";
import { type RunEvidence, runEvidence } from "../../src/analysis/run-evidence.ts";
import { mean, standardDeviation } from "../../src/math/moments.ts";
import { logGamma } from "../../src/math/stdlib.ts";
import { sample } from "../../src/run/sample.ts";
import { serial } from "../../src/run/serial.ts";
import { randomKReference, referenceModel } from "../helpers/random-k.ts";

const { table } = randomKReference("k2");
const MAX = 4;
const executor = serial();

/** K − 1 ~ Poisson(1), up to a constant. */
const logPrior = (K: number) => -logGamma(K);

test("evidences of fixed numbers give the posterior of a random number, and broken ones do not", async () => {
  const evidences: Record<string, RunEvidence> = {};
  for (let K = 1; K <= MAX; K++) {
    const run = await sample({ ...referenceModel, components: K }, table, { seed: K, executor });
    evidences[K] = runEvidence(run, table);
    expect(evidences[K].unreliable).toBeUndefined();
  }
  const random = { ...referenceModel, components: poisson(1, { max: MAX }) };
  const run = await sample(random, table, { seed: 9, executor });
  const { posteriorK, mcseK } = analyze(run, table).summary;
  const chains = Object.fromEntries(
    Object.entries(posteriorK!).map(([K, value]) => [
      K,
      // Errors of the chains' shares are too small by about a third, as elsewhere in these tests.
      { value, se: 1.3 * (mcseK![K] || 0) },
    ]),
  );
  const score = (change: (K: number) => number): number => {
    const changed = Object.fromEntries(
      Object.entries(evidences).map(([K, { value, se }]) => [
        K,
        { value: value + change(Number(K)), se },
      ]),
    );
    return compareRoutes(posteriorFromEvidence(changed, logPrior), chains).z;
  };
  expect(score(() => 0)).toBeLessThan(4);
  // K! numberings forgotten, or the constant of the gate's prior that each further expert brings.
  expect(score((K) => -logGamma(K + 1))).toBeGreaterThan(4);
  expect(score((K) => 2 * (K - 1) * Math.log(2))).toBeGreaterThan(4);
});

describe("the standard error", () => {
  test.each([2, 3])("is the spread over seeds, with %d experts", async (components) => {
    const SEEDS = 24;
    const found: RunEvidence[] = [];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const run = await sample({ ...referenceModel, components }, table, { seed, executor });
      found.push(runEvidence(run, table));
    }
    const values = Float64Array.from(found, ({ value }) => value);
    const squares = Float64Array.from(found, ({ se }) => se * se);
    const ratio = standardDeviation(values) / Math.sqrt(mean(squares));
    // The sd of 24 values is good to 1 / √46 = 15 %, errors from few effective draws to about as much.
    expect(ratio).toBeLessThan(1 + 4 * 0.15);
    expect(ratio).toBeGreaterThan(1 - 4 * 0.15);
  });
});
