import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseTable } from "../../src/data/parse-table.ts";
import { type Outcome, runCli, scratchFolder } from "../helpers/cli.ts";
import { documentedKeys } from "../helpers/command-page.ts";

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
    expect(documentedKeys("em")).toEqual(Object.keys(JSON.parse(kept.stdout)).sort());
  });

  it("does not depend on the number of workers", async () => {
    const [one, two] = await Promise.all(
      ["1", "2"].map(async (n) => (await em("--json", "--workers", n)).stdout),
    );
    expect(one).toBe(two);
  });
});

describe("em --errors", () => {
  const found = async (...more: string[]) => {
    const { code, stdout, stderr } = await em("--json", ...more);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return JSON.parse(stdout);
  };
  const normal = 1.959963984540054;

  it.each(["observed", "sandwich"])("%s: Wald intervals", async (kind) => {
    const { standardErrors, components } = await found("--errors", kind);
    expect(standardErrors).toEqual({ kind, level: 0.95 });
    const { estimate, se, interval } = components[0].coefficients.stretchratio;
    expect(interval[0]).toBeCloseTo(estimate - normal * se, 10);
    expect(interval[1]).toBeCloseTo(estimate + normal * se, 10);
    const { sd } = components[0];
    expect(Math.log(sd.interval[1] / sd.estimate)).toBeCloseTo((normal * sd.se) / sd.estimate, 8);
  });

  it("profile: other intervals about the same errors", async () => {
    const [profile, observed] = [await found("--errors", "profile"), JSON.parse(kept.stdout)];
    expect(profile.standardErrors).toEqual({ kind: "profile", level: 0.95 });
    profile.components.forEach((one: typeof profile, k: number) => {
      const other = observed.components[k];
      expect(one.sd.se).toBe(other.sd.se);
      // Of 150 rows: near Wald's, and yet not the same.
      one.sd.interval.forEach((end: number, side: number) => {
        const apart = Math.abs(end - other.sd.interval[side]) / one.sd.se;
        expect(apart).toBeLessThan(0.5);
        expect(apart).toBeGreaterThan(1e-6);
      });
    });
    const [first, last] = profile.components;
    expect(last.gateAgainstLast.stretchratio.interval).toEqual([0, 0]);
    // With two experts the contrast is twice the centred row.
    first.gate.stretchratio.interval.forEach((end: number, side: number) => {
      expect(first.gateAgainstLast.stretchratio.interval[side]).toBeCloseTo(2 * end, 4);
    });
  });

  it.each(["parametric", "weighted"])("%s: intervals of the level, by replicates", async (kind) => {
    const options = ["--errors", kind, "--replicates", "40"];
    const [wide, narrow] = [await found(...options), await found(...options, "--level", "0.5")];
    const failures = { failed: 0, degenerate: 0, notConverged: 0 };
    expect(wide.standardErrors).toEqual({ kind, level: 0.95, replicates: 40, failures });
    expect(narrow.standardErrors.level).toBe(0.5);
    wide.components.forEach((one: typeof wide, k: number) => {
      const other = narrow.components[k].sd;
      expect(one.sd.se).toBe(other.se);
      const [ends, inner] = [one.sd.interval, other.interval];
      expect(ends[0]).toBeLessThan(inner[0]);
      expect(inner[0]).toBeLessThan(inner[1]);
      expect(inner[1]).toBeLessThan(ends[1]);
    });
  });
});

describe("em --test-next", () => {
  const test = ["--test-next", "--replicates", "9", "--seed", "4"];

  it("tests against one expert more", async () => {
    const one = ["--formula", "tuned ~ stretchratio", "--components", "1"];
    const { code, stdout } = await runCli(["em", DATA, ...one, ...test, "--json"]);
    expect(code).toBe(0);
    const { nextTest } = JSON.parse(stdout);
    expect(nextTest).toEqual({
      statistic: expect.any(Number),
      pValue: 0.1,
      replicates: 9,
      failures: 0,
    });
    expect(nextTest.statistic).toBeGreaterThan(100);
    const words = await runCli(["em", DATA, ...one, ...test]);
    expect(words.stdout.replace(/\s+/g, " ")).toContain("1 expert against 2: likelihood-ratio");
  });

  it("is null where it was not asked for", () => {
    expect(JSON.parse(kept.stdout).nextTest).toBeNull();
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
    [["--start-column", "z0"], '--start-column must name a column of numbers 1, 2, …; got "z0"'],
    [["--start-column", "tuned"], "a given start must name a component from 1 to 2 for every row"],
    [["--fix", "x=1"], "--fix must be <expert:term=value>"],
    [["--fix", "3:stretchratio=1"], "must belong to a component from 1 to 2; got 3"],
    [["--errors", "guessed"], "--errors must be observed or sandwich"],
    [["--level", "95"], "--level must be a number between 0 and 1"],
    [["--level", "0.9,0.5"], 'between 0 and 1; got "0.9,0.5"'],
    [["--replicates", "50"], "--replicates must come with --errors parametric"],
    [["--errors", "profile", "--penalized"], "profile intervals must be of a maximum of the plain"],
    [["--sd-floor", "-1"], '--sd-floor must be a positive number; got "-1"'],
    [["--sd-floor", "Infinity"], "--sd-floor must be a positive number"],
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
