import { expect, test } from "vitest";
import { fromFormula } from "../../../models/declare-from-formula.ts";
import { analyze } from "../../../src/analysis/analyze.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng } from "../../../src/math/rng.ts";
import { sample } from "../../../src/run/sample.ts";
import { serial } from "../../../src/run/serial.ts";

const N = 60;

/** Findings of one regression line, of a few hundred draws. */
async function findingsOf(formula: string, columns: Parameters<typeof tableFrom>[0]) {
  const table = tableFrom(columns);
  const model = fromFormula({ formula, components: 1 });
  const settings = { chains: 2, warmup: 20, draws: 300, seed: 2, executor: serial() };
  return analyze(await sample(model, table, settings), table).findings;
}

function line(): { x: Float64Array; y: Float64Array } {
  const rng = createRng(5);
  const x = Float64Array.from({ length: N }, () => normal(rng));
  return { x, y: x.map((value) => value + 0.5 * normal(rng)) };
}

test("a bad row is named by its number in the table, though rows before it were dropped", async () => {
  const { x, y } = line();
  y.fill(Number.NaN, 0, 20);
  y[49] = 60;
  const findings = await findingsOf("y ~ x", { x, y });
  expect(findings.find(({ code }) => code === "high-pareto-k")?.message).toContain("row 50)");
});

test.each(["failed", "partial"] as const)(
  "a chain that ended early (%s) is told, and the others are judged without it",
  async (status) => {
    const table = tableFrom({ ...line() });
    const model = fromFormula({ formula: "y ~ x", components: 1 });
    const settings = { chains: 3, warmup: 20, draws: 1000, seed: 2, executor: serial() };
    const run = await sample(model, table, settings);
    const variables = run.draws.variables.length;
    const [first, second, third] = run.draws.chains;
    const cut = { ...second!, iterations: 3, values: second!.values.slice(0, 3 * variables) };
    const broken = {
      ...run,
      chains: run.chains.map((chain, c) => (c === 1 ? { ...chain, status, draws: 3 } : chain)),
      draws: { ...run.draws, chains: [first!, cut, third!] },
    };
    const { findings, summary } = analyze(broken, table);
    expect(findings.map(({ code }) => code)).toEqual([
      status === "failed" ? "chain-failed" : "partial-run",
    ]);
    expect(summary.elpd).toBeDefined();
    expect(summary.variables[0]!.rhat).toBeLessThan(1.05);
  },
);

test("an expert is not degenerate because an offset is large", async () => {
  const { x, y } = line();
  const o = Float64Array.from({ length: N }, (_, i) => 1e4 * i);
  const findings = await findingsOf("y ~ x + offset(o)", { x, o, y: y.map((v, i) => v + o[i]!) });
  expect(findings.map(({ code }) => code)).not.toContain("degenerate-expert");
});
