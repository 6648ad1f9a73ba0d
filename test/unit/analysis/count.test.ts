import { beforeAll, describe, expect, test } from "vitest";
import { fromFormula } from "../../../models/declare-from-formula.ts";
import { type Analysis, analyze } from "../../../src/analysis/analyze.ts";
import { conditionalOn } from "../../../src/analysis/conditional.ts";
import { countAnalysis } from "../../../src/analysis/count.ts";
import { refit } from "../../../src/analysis/fitted.ts";
import { labelledDraws } from "../../../src/analysis/labels.ts";
import { variable } from "../../../src/core/draws.ts";
import type { Run } from "../../../src/core/run.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng } from "../../../src/math/rng.ts";
import { sample } from "../../../src/run/sample.ts";
import type { SampleOptions } from "../../../src/run/sample-options.ts";
import { serial } from "../../../src/run/serial.ts";

const N = 60;
const rng = createRng(5);
const x = Float64Array.from({ length: N }, (_, i) => (2 * i) / (N - 1) - 1);
const table = tableFrom({ x, y: x.map((value) => Math.abs(3 * value) + 0.3 * normal(rng)) });
const model = fromFormula({
  formula: "y ~ x | x",
  components: { kind: "poisson", rate: 1, max: 4 },
});

const draw = (more: SampleOptions = {}): Promise<Run> =>
  sample(model, table, {
    ...{ chains: 2, warmup: 150, draws: 300, seed: 2, executor: serial() },
    ...more,
  });

let run: Run;
let analysis: Analysis;

beforeAll(async () => {
  run = await draw();
  analysis = analyze(run, table);
});

describe("the draws given a number of experts", () => {
  test("are those that have it, with all columns of so many experts and no others", () => {
    const fitted = refit(run, table);
    const counts = variable(fitted.draws, "K").map((chain) => [...chain]);
    for (const K of [2, 3]) {
      const at = conditionalOn(fitted, K);
      expect(at.compiled.model.components).toBe(K);
      expect(at.target.capacity).toBe(K);
      const kept = at.draws.chains.map(({ iterations }) => iterations);
      const having = counts.map((chain) => chain.filter((count) => count === K).length);
      expect(kept).toEqual(having.filter((length) => length > 0));
      expect(at.draws.variables).toContain(`sd[${K}]`);
      expect(at.draws.variables).not.toContain(`sd[${K + 1}]`);
      expect(at.draws.chains.every(({ values }) => values.every(Number.isFinite))).toBe(true);
      for (const name of ["log_likelihood", "weight[1]", `gate[${K},x]`]) {
        const all = variable(fitted.draws, name).flatMap((chain) => [...chain]);
        const given = all.filter((_, t) => counts.flat()[t] === K);
        expect(variable(at.draws, name).flatMap((chain) => [...chain])).toEqual(given);
      }
    }
  });

  test("are all draws where the number is fixed", async () => {
    const fixed = fromFormula({ formula: "y ~ x | x", components: 2 });
    const options = { chains: 1, warmup: 20, draws: 20, executor: serial() };
    const fitted = refit(await sample(fixed, table, options), table);
    expect(conditionalOn(fitted, 2)).toBe(fitted);
    expect(countAnalysis(fitted)).toBeUndefined();
  });
});

describe("the analysis of a random number of experts", () => {
  test("sums to one, and is about the likeliest number where it speaks of components", () => {
    const { summary } = analysis;
    const sum = (of: Readonly<Record<string, number>> | undefined) =>
      Object.values(of!).reduce((a, b) => a + b);
    expect(Object.keys(summary.posteriorK!)).toEqual(["1", "2", "3", "4"]);
    expect(sum(summary.posteriorK)).toBeCloseTo(1, 12);
    expect(sum(summary.posteriorKplus)).toBeCloseTo(1, 12);
    expect(sum(summary.priorK)).toBeCloseTo(1, 12);
    expect(summary.priorK!["2"]! / summary.priorK!["3"]!).toBeCloseTo(2, 12);
    const likeliest = Math.max(...Object.values(summary.posteriorK!));
    expect(summary.posteriorK![`${summary.componentsGiven}`]).toBe(likeliest);
    expect(summary.components).toHaveLength(summary.componentsGiven!);
    const moves = summary.transitionsK!.flat().reduce((a, b) => a + b);
    expect(moves).toBe(2 * 299);
    expect(summary.departuresK!.map(({ chain, start, from }) => [chain, start, from])).toEqual([
      [1, "fewest", 1],
      [2, "most", 4],
    ]);
  });

  test("judges K and K₊ with the other variables that have no labels, and none that has", () => {
    const names = analysis.summary.variables.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["K", "K_filled", "log_likelihood"]));
    expect(names.filter((name) => /^(sd|weight|coef|gate)(_sorted)?\[/.test(name))).toEqual([]);
    expect(analysis.input.traces.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["K", "K_filled"]),
    );
    const codes = analysis.findings.map(({ code }) => code);
    expect(codes).not.toContain("empty-expert");
  });

  test("says how the gate was updated: not by its own update where levels are given", async () => {
    const given = analyze(await draw({ sampler: "mfm" }), table).input.run!.priors;
    expect(given.find(({ block }) => block === "gate")!.update).toContain("latent exponential");
    const usual = analysis.input.run!.priors.find(({ block }) => block === "gate")!.update;
    expect(usual).toContain("Laplace-t");
  });
});

test("with fewer than 100 draws of the likeliest number components are not summarised", () => {
  const few: Run = {
    ...run,
    draws: {
      ...run.draws,
      chains: run.draws.chains.map(({ chain, values }) => ({
        chain,
        iterations: 40,
        values: values.subarray(0, 40 * run.draws.variables.length),
      })),
    },
  };
  const { summary, findings, input } = analyze(few, table);
  expect(summary.components).toEqual([]);
  expect(labelledDraws(few, table)).toBeUndefined();
  expect(input.curves!.experts).toBeUndefined();
  const refused = findings.find(({ code }) => code === "relabelling-refused")!.message;
  expect(refused).toMatch(/only \d\d have it, of 100 that are needed; draw more\.|R-hat/);
});
