import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatCsv } from "../../src/data/format-csv.ts";
import { parseTable } from "../../src/data/parse-table.ts";
import { tableFrom } from "../../src/data/table.ts";
import { binomial } from "../../src/math/random/binomial.ts";
import { gamma } from "../../src/math/random/gamma.ts";
import { poisson } from "../../src/math/random/poisson.ts";
import { createRng, type Rng, uniform } from "../../src/math/rng.ts";
import { type Outcome, runCli, scratchFolder } from "../helpers/cli.ts";

const { path, write, remove } = scratchFolder();
const PATIENCE = 60_000;
const SETTINGS = [
  ...["--components", "2", "--chains", "2", "--warmup", "200", "--draws", "300", "--workers", "1"],
];

/** One expert mostly on the left, one on the right. */
function data(of: (rng: Rng, x: number, n: number, isRight: boolean) => number): string {
  const rng = createRng(9);
  const x = Array.from({ length: 120 }, () => 4 * uniform(rng) - 2);
  const n = x.map((_, i) => 6 + (i % 9));
  const y = x.map((value, i) =>
    of(rng, value, n[i]!, uniform(rng) < 1 / (1 + Math.exp(-3 * value))),
  );
  return formatCsv(tableFrom({ x, n, y }));
}

const files: Readonly<Record<string, string>> = {
  binomial: data((rng, x, n, isRight) => {
    const logOdds = isRight ? 1.5 + 0.5 * x : -1.5 - 0.6 * x;
    return binomial(rng, n, 1 / (1 + Math.exp(-logOdds)));
  }),
  "negative-binomial": data((rng, x, n, isRight) => {
    const mean = (n / 10) * Math.exp(isRight ? 3 + 0.3 * x : 0.5 - 0.4 * x);
    return poisson(rng, (mean * gamma(rng, 4)) / 4);
  }),
};

const formulas: Readonly<Record<string, string>> = {
  binomial: "y ~ x + trials(n) | x",
  "negative-binomial": "y ~ x + offset(log(n / 10)) | x",
};

describe.each(Object.keys(files))("a run with %s experts", (family) => {
  const own = (name: string) => path(`${family}-${name}`);
  let fitted: Outcome;

  beforeAll(async () => {
    write(`${family}-data.csv`, files[family]!);
    write("new.csv", "x,n\n-1.5,8\n1.5,8\n1.5,12\n");
    write("short.csv", "x\n-1.5\n");
    const model = ["--formula", formulas[family]!, "--family", family, "--seed", "3"];
    const out = ["--out", own("run"), "--report", "--json"];
    fitted = await runCli(["fit", own("data.csv"), ...model, ...SETTINGS, ...out]);
  }, PATIENCE);

  it("tells the two regimes apart", () => {
    const { components } = JSON.parse(fitted.stdout);
    const intercepts = components
      .map((one: { coefficients: Record<string, { mean: number }> }) => one.coefficients)
      .map((of: Record<string, { mean: number }>) => of["(Intercept)"]!.mean)
      .sort((a: number, b: number) => a - b);
    const truth = family === "binomial" ? [-1.5, 1.5] : [0.5, 3];
    truth.forEach((value, k) => {
      expect(Math.abs(intercepts[k] - value)).toBeLessThan(0.6);
    });
  });

  it("has a report whose checks are those of counts", () => {
    const html = readFileSync(own("run/report.html"), "utf8");
    expect(html).toContain(family);
    expect(html).not.toContain("NaN");
  });

  it("predicts whole quantiles for new rows, and asks for the column it lacks", async () => {
    const { stdout } = await runCli(["predict", own("run"), path("new.csv")]);
    const table = parseTable(stdout);
    const numbers = (name: string): number[] => {
      const column = table.columns.get(name);
      return column?.kind === "numeric" ? [...column.values] : [];
    };
    const upper = numbers("q95");
    expect(upper).toHaveLength(3);
    expect(upper.every(Number.isInteger)).toBe(true);
    const [low, high, more] = numbers("mean") as [number, number, number];
    expect(low).toBeLessThan(high);
    // Means are proportional to trials, and to what an offset is the log of.
    expect(more / high).toBeCloseTo(1.5, 10);
    if (family === "binomial") expect(upper[2]).toBeLessThanOrEqual(12);
    const lacking = await runCli(["predict", own("run"), path("short.csv")]);
    expect(lacking.code).not.toBe(0);
    expect(lacking.stderr).toContain('column "n" must be in the table');
  });
});

afterAll(remove);
