import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { mcseMean } from "../../diagnostics/mcse.ts";
import { rhat } from "../../diagnostics/rhat.ts";
import { compile } from "../../models/compile.ts";
import { fromFormula } from "../../models/declare-from-formula.ts";
import { parsePriorFile } from "../../models/json.ts";
import { pooled, variable } from "../../src/core/draws.ts";
import { parseTable } from "../../src/data/parse-table.ts";
import { mean } from "../../src/math/moments.ts";
import { sample } from "../../src/run/sample.ts";
import { serial } from "../../src/run/serial.ts";
import { functionalChains } from "../bench/functionals.ts";

interface Reference {
  readonly data: { readonly file: string; readonly formula: string };
  readonly components: number;
  readonly points: readonly number[];
  readonly prior: unknown;
  /** Of the whole posterior, over all numberings of the experts. */
  readonly functionals: Readonly<Record<string, { readonly mean: number; readonly mcse: number }>>;
}

const read = (file: string) => readFileSync(new URL(file, import.meta.url), "utf8");

/** Posterior draws of the functionals of a reference, an array a chain; seeds are fixed. */
async function chainsOf(reference: Reference, gateUpdate: string, draws: number) {
  const { data, components, points } = reference;
  const table = parseTable(read(data.file));
  const prior = parsePriorFile(reference.prior);
  const model = fromFormula({ formula: data.formula, components, prior });
  const starts = ["em", "kmeans"];
  const settings = { chains: 2, warmup: 500, draws, seed: 1, starts, executor: serial() };
  const run = await sample(model, table, { ...settings, samplerOptions: { gateUpdate } });
  const covariates = [...table.columns.keys()].filter((name) => /^x\d$/.test(name)).length;
  if (covariates > 0) {
    const problem = { experts: components, covariates, points: [...points] };
    return functionalChains(compile(model, table), problem, run.draws);
  }
  const recorded = run.draws.variables.slice(0, 5 + components);
  return new Map(recorded.map((name) => [name, variable(run.draws, name)]));
}

/** Two Monte Carlo errors, ours and Stan's, are all that may part two samplers of one posterior. */
describe("posterior means agree with RStan's within 4 standard errors", () => {
  test.each([
    ["P1", "laplace", 1500],
    ["P1", "polya-gamma", 1500],
    ["P3", "laplace", 3000],
    ["pair-softmax", "laplace", 3000],
    ["pair-softmax", "polya-gamma", 3000],
    ["pair-constant", "default", 3000],
  ])("%s, gate update %s", async (name, gateUpdate, draws) => {
    const reference: Reference = JSON.parse(read(`stan-${name}.json`));
    const chains = await chainsOf(reference, gateUpdate, draws);
    const compared = Object.entries(reference.functionals).filter(([key]) => chains.has(key));
    expect(compared.length).toBeGreaterThanOrEqual(reference.components + 2);
    for (const [key, { mean: expected, mcse }] of compared) {
      const ours = chains.get(key)!;
      expect(rhat.compute(ours), key).toBeLessThan(1.02);
      const error = Math.hypot(mcse, mcseMean.compute(ours));
      expect(Math.abs(mean(pooled(ours)) - expected) / error, key).toBeLessThan(4);
    }
  });
});
