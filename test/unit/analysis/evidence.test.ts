import { beforeAll, describe, expect, test } from "vitest";
import { fromFormula } from "../../../models/declare-from-formula.ts";
import { gibbs } from "../../../samplers/gibbs.ts";
import { analyze } from "../../../src/analysis/analyze.ts";
import { predictiveAccuracy } from "../../../src/analysis/evidence.ts";
import { refit } from "../../../src/analysis/fitted.ts";
import { labelledDraws } from "../../../src/analysis/labels.ts";
import { variable } from "../../../src/core/draws.ts";
import { evenDraws, pointwiseLogLikelihood } from "../../../src/core/posterior.ts";
import type { Run } from "../../../src/core/run.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";
import { sample } from "../../../src/run/sample.ts";
import { serial } from "../../../src/run/serial.ts";

const rng = createRng(11);
const x = Float64Array.from({ length: 600 }, () => normal(rng));
const y = x.map((value) => (uniform(rng) < 0.5 ? 4 + value : -value) + 0.5 * normal(rng));
const table = tableFrom({ x, y });
let run: Run;

beforeAll(async () => {
  const model = fromFormula({ formula: "y ~ x | x", components: 2 });
  const sampler = gibbs({ gateUpdate: "polya-gamma" });
  const settings = { chains: 2, warmup: 100, draws: 250, seed: 3, executor: serial() };
  run = await sample(model, table, { ...settings, sampler });
});

describe("predictive accuracy", () => {
  test("from some of the rows estimates that of all, and its error covers the difference", () => {
    const all = predictiveAccuracy(refit(run, table))!;
    const half = predictiveAccuracy(refit(run, table), {
      most: 300 * 500,
      plenty: 300 * 500,
      enoughDraws: 1000,
    })!;
    expect([all.rows.length, half.rows.length]).toEqual([600, 300]);
    expect(half.pointwise.columns).toBe(500);
    // The sum over the rows left out is independent of the other: 4 standard errors of the estimate.
    expect(Math.abs(half.loo.elpd - all.loo.elpd)).toBeLessThan(4 * half.loo.se);
    expect(half.loo.elpd).not.toBe(all.loo.elpd);
    // n rows have se √n sd(elpd_i); scaled up from m of them, n / √m sd(elpd_i).
    expect(half.loo.se / all.loo.se).toBeCloseTo(Math.SQRT2, 0);
    expect(Math.abs(half.waic.elpd - half.loo.elpd)).toBeLessThan(half.loo.se);
  });

  test.each([
    [200, 50, 200],
    [100, 150, 150],
  ])(
    "from some of the draws, %i or the %i that are enough, is nearly that from all",
    (fit, enough, used) => {
      const all = predictiveAccuracy(refit(run, table))!;
      const limits = { most: 5e7, plenty: 600 * fit, enoughDraws: enough };
      const some = predictiveAccuracy(refit(run, table), limits)!;
      expect([some.rows.length, some.pointwise.columns]).toEqual([600, used]);
      expect(some.loo.elpd).not.toBe(all.loo.elpd);
      // Rows vary far more than draws.
      expect(Math.abs(some.loo.elpd - all.loo.elpd)).toBeLessThan(0.1 * all.loo.se);
    },
  );
});

test("log-likelihoods of rows are those of each draw alone, also where the last few draws are not eight", () => {
  const { over, compiled, draws } = refit(run, table);
  const target = over(compiled.table);
  const picks = evenDraws(draws, 22);
  const { columns, data } = pointwiseLogLikelihood(target, draws, picks);
  expect(columns).toBe(22);
  picks.forEach((pick, s) => {
    const alone = pointwiseLogLikelihood(target, draws, [pick]).data;
    expect(data.filter((_, at) => at % columns === s)).toEqual(alone);
  });
});

test("the report names the gate update that the run used", () => {
  const { input } = analyze(run, table);
  expect(input.run!.priors[1]!.update).toContain("Pólya-Gamma");
});

test("chains in different modes are not averaged: no components, and elpd is not to be trusted", () => {
  const { variables, chains } = run.draws;
  const shifted = chains.map((chain, c) => ({
    ...chain,
    values: chain.values.map((value, j) =>
      c === 1 && j % variables.length === 0 ? value - 70 : value,
    ),
  }));
  const split = { ...run, draws: { variables, chains: shifted } };
  const { summary, labelled } = analyze(split, table);
  expect(summary.components).toEqual([]);
  expect(summary.relabelling!.refused).toMatch(
    /^Component means are not reported: the chains are in different places \(R-hat [\d.]+ > 1\.1 for log_likelihood\),.*\.$/,
  );
  expect(summary.problems.map(({ code }) => code)).toContain("relabelling-refused");
  expect(summary.elpd!.note).toMatch(/^Not to be trusted: the chains are in different places/);
  expect(summary.elpd!.loo.elpd).toEqual(expect.any(Number));
  expect(labelled).toBeUndefined();
  expect(labelledDraws(split, table)).toBeUndefined();
  expect(analyze(run, table).summary.elpd!.note).toBeUndefined();
});

test("labelled draws order the components alike in both chains", () => {
  const labelled = labelledDraws(run, table)!;
  const [first, second] = variable(labelled, "coef[1,x]").map(
    (chain) => chain.reduce((sum, value) => sum + value, 0) / chain.length,
  );
  expect(Math.abs(first! - second!)).toBeLessThan(0.2);
  expect(Math.abs(Math.abs(first!) - 1)).toBeLessThan(0.2);
});
