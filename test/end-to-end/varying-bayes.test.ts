import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Outcome, runCli, scratchFolder } from "../helpers/cli.ts";

const { path, write, remove } = scratchFolder();
const DATA = "test/reference/varying/gaussian.csv";
const MODEL = ["--formula", "y ~ z1 | x1", "--index", "u", "--components", "2"];
const GRID = ["--grid", "0.05:0.95:0.15"];
const on = (...more: string[]): Promise<Outcome> =>
  runCli(["varying", DATA, ...more, "--workers", "1"]);

const brief = ["--bayes", "--chains", "2", "--warmup", "40", "--draws", "60"];
const sampled = (...more: string[]): Promise<Outcome> =>
  on(...MODEL, ...brief, ...GRID, "--json", "--quiet", ...more);

/** What the kernel path prints for the same model. */
let kernel: Outcome;
let kept: Outcome;

beforeAll(async () => {
  kernel = await on(...MODEL, ...GRID, "--bandwidth", "0.25", "--json", "--quiet");
  kept = await sampled("--out", path("run"), "--report");
}, 60_000);

afterAll(remove);

describe("varying --bayes", () => {
  it("prints bands at the grid points and Bayes factors, under the keys of the kernel path", () => {
    expect(kept.code, kept.stderr).toBeLessThan(2);
    const [found, known] = [kept, kernel].map(({ stdout }) => JSON.parse(stdout));
    expect(Object.keys(found).sort()).toEqual([...Object.keys(known), "bayes"].sort());
    expect(found.unitIndex).toHaveLength(7);
    found.index.forEach((u: number, g: number) => {
      expect(u).toBeCloseTo(known.index[g], 9);
    });
    for (const { expert, gate, dispersion } of found.components) {
      for (const one of [...Object.values(expert), ...Object.values(gate), dispersion["log sd"]]) {
        const { estimate, lower, upper, simultaneousLower, simultaneousUpper } = one;
        for (let g = 0; g < 7; g++) {
          const low = [simultaneousLower[g], lower[g]];
          const ends = [...low, estimate[g], upper[g], simultaneousUpper[g]];
          expect(ends).toEqual(ends.toSorted((a, b) => a - b));
        }
      }
    }
    // Three functions of each expert, two of the gate.
    expect(found.bayes.bayesFactors).toHaveLength(8);
  });

  it("keeps a run, what it printed and a page", async () => {
    expect(readFileSync(path("run", "varying.json"), "utf8")).toBe(kept.stdout);
    const page = readFileSync(path("run", "report.html"), "utf8");
    for (const title of ["The data", "The gate", "Does it vary?"]) {
      expect(page).toContain(`<h2>${title}</h2>`);
    }
    const { variables } = JSON.parse((await runCli(["summary", path("run"), "--json"])).stdout);
    expect(variables).toEqual(JSON.parse(kept.stdout).bayes.variables);
  });

  it("prints the same again, kept or not", async () => {
    expect((await sampled()).stdout).toBe(kept.stdout);
  });

  it("takes a prior on the number of experts", async () => {
    const few = ["--bayes", "--chains", "2", "--warmup", "20", "--draws", "30"];
    const rows = readFileSync(DATA, "utf8").split("\n").slice(0, 61);
    const { code, stdout, stderr } = await runCli([
      ...["varying", write("few.csv", rows.join("\n")), ...MODEL.slice(0, 4), ...GRID],
      ...[...few, "--components", "uniform(1,3)", "--json", "--quiet", "--workers", "1"],
    ]);
    expect(code, stderr).toBeLessThan(2);
    const { bayes, components } = JSON.parse(stdout);
    const posterior = Object.values<number>(bayes.posteriorK);
    expect(posterior.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
    expect(components.length === 0).toBe(bayes.refused !== null);
  });

  it("refuses what belongs to the other way", async () => {
    const cases: [readonly string[], RegExp][] = [
      [["--bayes", "--bandwidth", "0.2"], /--bandwidth must not come with --bayes/],
      [["--bayes", "--test", "gate"], /Bayes factors/],
      [["--bayes", "--components", "1:3"], /one number or a prior/],
      [["--chains", "2"], /--chains must come with --bayes/],
      [["--components", "poisson(1)"], /must come with --bayes/],
      [["--bayes", "--components", "poisson(1)", "--family", "poisson"], /gaussian, binomial/],
    ];
    for (const [argv, says] of cases) {
      const { code, stdout, stderr } = await on(...MODEL, ...argv);
      expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(says);
    }
  });
});
