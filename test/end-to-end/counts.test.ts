import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatCsv } from "../../src/data/format-csv.ts";
import { parseTable } from "../../src/data/parse-table.ts";
import { tableFrom } from "../../src/data/table.ts";
import { poisson } from "../../src/math/random/poisson.ts";
import { createRng, uniform } from "../../src/math/rng.ts";
import { type Outcome, runCli, scratchFolder } from "../helpers/cli.ts";

const { path, write, remove } = scratchFolder();
const PATIENCE = 60_000;
const MODEL = ["--formula", "y ~ x | x", "--family", "poisson", "--components", "2"];
const SETTINGS = [
  "--chains",
  "2",
  "--warmup",
  "200",
  "--draws",
  "800",
  "--seed",
  "3",
  "--workers",
  "1",
];

/** Counts that mostly fall with x on the left and rise on the right. */
function counts(n: number): string {
  const rng = createRng(9);
  const x = Array.from({ length: n }, () => 4 * uniform(rng) - 2);
  const y = x.map((value) => {
    const falls = uniform(rng) < 1 / (1 + Math.exp(2.5 * value));
    return poisson(rng, Math.exp(falls ? -0.5 - value : 2.5 + 0.4 * value));
  });
  return formatCsv(tableFrom({ x, y }));
}

let fitted: Outcome;

beforeAll(async () => {
  write("counts.csv", counts(80));
  write("new.csv", "x,y\n-1.5,2\n1.5,9\n");
  write("bad.csv", "x,y\n-1,2\n0,2.5\n1,9\n");
  write("prior.json", JSON.stringify({ experts: PRIOR }));
  write("wrong.json", JSON.stringify({ experts: { ...PRIOR, kind: "independent", sd: HALF } }));
  const files = ["--out", path("run"), "--report", "--json"];
  fitted = await runCli(["fit", path("counts.csv"), ...MODEL, ...SETTINGS, ...files]);
}, PATIENCE);

const PRIOR = { kind: "coefficients", coefficients: { kind: "normal", mean: 0, sd: 2 } };
const HALF = { kind: "half-normal", sd: 1 };

afterAll(remove);

describe("a run with Poisson experts", () => {
  it("finds the two regimes, and says nothing of an sd", () => {
    const { components, problems, variables } = JSON.parse(fitted.stdout);
    expect(problems).toEqual([]);
    const slopes = components.map(
      (component: { coefficients: { x: { mean: number } } }) => component.coefficients.x.mean,
    );
    expect(Math.min(...slopes)).toBeLessThan(-0.4);
    expect(Math.max(...slopes)).toBeGreaterThan(0.2);
    for (const component of components) {
      expect(Object.keys(component)).toEqual(["weight", "coefficients", "gate"]);
    }
    const names = variables.map(({ name }: { name: string }) => name).join(" ");
    expect(names).not.toContain("sd");
  });

  it("has a report with bars where a density would be", () => {
    const html = readFileSync(path("run/report.html"), "utf8");
    expect(html).toContain("Rows by y: the data and posterior replicates");
    expect(html).not.toContain("Density of y");
    expect(html).toContain("Residual (sds)");
  });

  it("predicts whole quantiles, and probabilities of the counts", async () => {
    const out = await runCli(["predict", path("run"), path("new.csv"), "--at", "0"]);
    const { columns, rows } = parseTable(out.stdout);
    expect(rows).toBe(2);
    const of = (name: string) => {
      const column = columns.get(name);
      return column?.kind === "numeric" ? [...column.values] : [];
    };
    for (const name of ["q5", "q50", "q95"]) {
      expect(of(name).every(Number.isInteger), name).toBe(true);
    }
    expect(of("density_at_0")).toEqual(of("cdf_at_0"));
    expect(of("density").every((p) => p > 0 && p < 1)).toBe(true);
  });

  it("simulates counts", async () => {
    const out = await runCli(["simulate", "--run", path("run"), "--seed", "2"]);
    const column = parseTable(out.stdout).columns.get("y");
    if (column?.kind !== "numeric") throw new Error(`a numeric y must be there: ${out.stderr}`);
    expect(column.values.every((y) => Number.isInteger(y) && y >= 0)).toBe(true);
  });
});

describe("the command line says", () => {
  it("what a prior on coefficients is, and how they are drawn", async () => {
    const { stdout } = await runCli([
      "explain",
      path("counts.csv"),
      ...MODEL,
      "--prior",
      path("prior.json"),
    ]);
    expect(stdout).toContain("β ~ normal(mean 0, sd 2)");
    expect(stdout).toContain("independence Metropolis from a t at the mode");
  });

  it("what to write instead of a prior with a scale", async () => {
    const prior = ["--prior", path("wrong.json")];
    const { code, stderr } = await runCli(["explain", path("counts.csv"), ...MODEL, ...prior]);
    expect(code).not.toBe(0);
    expect(stderr).toContain('Write for example {"kind":"coefficients"');
  });

  it("which response is no count", async () => {
    const { code, stderr } = await runCli(["explain", path("bad.csv"), ...MODEL]);
    expect(code).not.toBe(0);
    expect(stderr).toContain("must be a whole number ≥ 0 in every row; it is 2.5 in row 2");
  });
});
