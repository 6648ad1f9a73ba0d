import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Outcome, runCli, scratchFolder } from "../helpers/cli.ts";
import { documentedKeys, documentedKeysOf } from "../helpers/command-page.ts";

const { path, remove } = scratchFolder();
const DATA = "test/reference/tone.csv";
const FORMULAS = ["tuned ~ stretchratio", "tuned ~ stretchratio | stretchratio"];
const grid = (...more: string[]): Promise<Outcome> =>
  runCli(["grid", DATA, ...FORMULAS.flatMap((one) => ["--formula", one]), ...more]);
const SHORT = ["--components", "1:2", "--cv", "3", "--starts", "4"];

let kept: Outcome;

beforeAll(async () => {
  kept = await grid(...SHORT, "--json", "--out", path("out"), "--report");
});

afterAll(remove);

describe("grid --json", () => {
  it("prints every model with its criteria, and the best by each", () => {
    expect(kept.code, kept.stderr).toBe(0);
    const { models, best } = JSON.parse(kept.stdout);
    expect(models).toHaveLength(4);
    for (const one of models) {
      expect(one.bic).toBeCloseTo(-2 * one.logLikelihood + one.df * Math.log(150), 9);
      expect(one.cv.se).toBeGreaterThan(0);
    }
    expect(Object.keys(best)).toEqual(["aic", "aicc", "bic", "icl", "nec", "cv"]);
    expect(best.bic.components).toBe(2);
    expect(readFileSync(path("out", "grid.json"), "utf8")).toBe(kept.stdout);
    expect(readFileSync(path("out", "report.html"), "utf8")).toContain("The best by each");
  });

  it("documents every key", () => {
    const found = JSON.parse(kept.stdout);
    expect(documentedKeys("grid")).toEqual(Object.keys(found).sort());
    expect(documentedKeysOf("grid", "models").sort()).toEqual(Object.keys(found.models[0]).sort());
  });

  it("does not depend on the number of workers", async () => {
    const [one, two] = await Promise.all(
      ["1", "2"].map(async (n) => (await grid(...SHORT, "--json", "--workers", n)).stdout),
    );
    expect(one).toBe(kept.stdout);
    expect(two).toBe(one);
  });
});

it("prints a table without --json", async () => {
  const { code, stdout } = await grid("--components", "1,2", "--cv", "0", "--starts", "2");
  expect(code).toBe(0);
  expect(stdout).toMatch(/BIC\s+smaller\s+2\s+tuned ~ stretchratio/);
  expect(stdout).toContain("BIC = -2 · log-likelihood + df · log n; smaller is better.");
  expect(stdout).not.toContain("less the best");
});

describe("grid refuses, with exit code 2:", () => {
  it.each([
    [["--report"], "--report must come with --out"],
    [["--components", "3:1"], "--components must be numbers of experts such as 1:4"],
    [["--components", "1:1000000"], "--components must be numbers of experts such as 1:4"],
    [["--cv", "1"], "--cv must be 0 (none) or a whole number ≥ 2"],
    [["--cv", "151"], "--cv must be a whole number between 2 and the number of rows, 150"],
    [["--sd-floor", "x"], "--sd-floor must be a positive number"],
    [["--out", path("out")], "holds an earlier grid.json"],
    [["--formula", "stretchratio ~ tuned"], "the models must have the same response"],
  ])("%j", async (options, message) => {
    const { code, stdout, stderr } = await grid(...options);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("no formula", async () => {
    const { code, stderr } = await runCli(["grid", DATA]);
    expect(code).toBe(2);
    expect(stderr).toContain("a model must be given by --formula");
  });
});
