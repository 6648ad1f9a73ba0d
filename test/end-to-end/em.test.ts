import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseTable } from "../../src/data/parse-table.ts";
import { type Outcome, runCli, scratchFolder } from "../helpers/cli.ts";

const { path, write, remove } = scratchFolder();
const DATA = "test/reference/tone.csv";
const MODEL = ["--formula", "tuned ~ stretchratio | stretchratio", "--components", "2"];
const em = (...more: string[]): Promise<Outcome> =>
  runCli(["em", DATA, ...MODEL, "--starts", "6", ...more]);

let kept: Outcome;

beforeAll(async () => {
  write("new.csv", readFileSync(DATA, "utf8").split("\n").slice(0, 6).join("\n"));
  kept = await em("--json", "--out", path("fit"), "--report");
});

afterAll(remove);

describe("em --json", () => {
  it("prints the numbers of the contract", () => {
    const found = JSON.parse(kept.stdout);
    expect(kept.code, kept.stderr).toBe(0);
    expect(found.bic).toBeCloseTo(-2 * found.logLikelihood + found.df * Math.log(150), 9);
    expect(found.aic).toBeCloseTo(-2 * found.logLikelihood + 2 * found.df, 9);
    const [first] = found.components;
    expect(Object.keys(first.coefficients)).toEqual(["(Intercept)", "stretchratio"]);
    for (const { estimate, se } of [first.sd, ...Object.values<typeof first.sd>(first.gate)]) {
      expect(Number.isFinite(estimate)).toBe(true);
      expect(se).toBeGreaterThan(0);
    }
    const starts = found.census.map(({ count }: { count: number }) => count);
    expect(starts.reduce((a: number, b: number) => a + b, 0)).toBe(6);
    expect(readFileSync(path("fit", "em.json"), "utf8")).toBe(kept.stdout);
    expect(readFileSync(path("fit", "report.html"), "utf8")).toContain("Optima that starts");
  });

  it("documents every key", () => {
    const page = readFileSync("docs/command-line.md", "utf8");
    const part = page.slice(page.indexOf("## em\n"), page.indexOf("## explain"));
    const keys = [...part.matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm)]
      .flatMap((match) => match[1]!.match(/\w+/g) ?? [])
      .sort();
    expect(keys).toEqual(Object.keys(JSON.parse(kept.stdout)).sort());
  });

  it("does not depend on the number of workers", async () => {
    const [one, two] = await Promise.all(
      ["1", "2"].map(async (n) => (await em("--json", "--workers", n)).stdout),
    );
    expect(one).toBe(two);
  });
});

describe("what em has kept", () => {
  it("predicts: means of the mixture, and residuals where there is a response", async () => {
    const { code, stdout, stderr } = await runCli(["predict", path("fit"), path("new.csv")]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const column = (csv: string, name: string) => {
      const found = parseTable(csv).columns.get(name);
      if (found?.kind !== "numeric") throw new Error(name);
      return [...found.values];
    };
    const [y, x] = ["tuned", "stretchratio"].map((name) =>
      column(readFileSync(path("new.csv"), "utf8"), name),
    ) as [number[], number[]];
    const { components } = JSON.parse(kept.stdout);
    const line = (numbers: Record<string, { estimate: number }>, at: number): number =>
      numbers["(Intercept)"]!.estimate + numbers["stretchratio"]!.estimate * at;
    const means = x.map((at) => {
      const p = 1 / (1 + Math.exp(line(components[1].gate, at) - line(components[0].gate, at)));
      return (
        p * line(components[0].coefficients, at) + (1 - p) * line(components[1].coefficients, at)
      );
    });
    column(stdout, "mean").forEach((mean, i) => {
      expect(mean).toBeCloseTo(means[i]!, 10);
    });
    column(stdout, "residual").forEach((residual, i) => {
      expect(residual).toBeCloseTo(y[i]! - means[i]!, 10);
    });
    expect(stdout).toContain("p_component_2_given_y");
  });

  it("simulates", async () => {
    const { code, stdout } = await runCli(["simulate", "--run", path("fit")]);
    expect(code).toBe(0);
    expect(parseTable(stdout).rows).toBe(150);
  });

  it("is not mistaken for draws", async () => {
    const { code, stderr } = await runCli(["summary", path("fit")]);
    expect(code).toBe(2);
    expect(stderr).toContain("this one is a maximum");
  });
});

describe("em refuses, with exit code 2:", () => {
  it.each([
    [["--report"], "--report must come with --out"],
    [["--starts", "0"], "--starts must be a whole number"],
    [["--start-kinds", "kmeans,clever"], "the kinds of start must be some of"],
    [["--fix", "x=1"], "--fix must be <expert:term=value>"],
    [["--sd-floor", "-1"], "--sd-floor must be a positive number"],
  ])("%j", async (options, message) => {
    const { code, stdout, stderr } = await em(...options);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("a prior on the number of experts", async () => {
    const { code, stderr } = await runCli([
      "em",
      DATA,
      "--formula",
      MODEL[1]!,
      "--components",
      "poisson(1)",
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain("the number of experts must be given");
  });
});
