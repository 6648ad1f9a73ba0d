import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Outcome, runCli, scratchFolder } from "../helpers/cli.ts";
import { documentedKeys } from "../helpers/command-page.ts";

const { path, write, remove } = scratchFolder();
const DATA = "test/reference/tone.csv";
const MODEL = ["--formula", "tuned ~ stretchratio | stretchratio", "--components", "2"];

let compared: Outcome;

beforeAll(async () => {
  const brief = ["--warmup", "300", "--draws", "600", "--chains", "2", "--workers", "1"];
  const fit = [...brief, "--out", path("run"), "--report", "--maximum"];
  await runCli(["fit", DATA, ...MODEL, ...fit, "--quiet"]);
  await runCli(["em", DATA, ...MODEL, "--starts", "6", "--out", path("fit"), "--quiet"]);
  compared = await runCli(["compare", path("run"), "--json", "--out", path("page.html")]);
}, 120_000);

afterAll(remove);

describe("compare --json", () => {
  it("prints posterior and maximum of every parameter", () => {
    expect(compared.code, compared.stderr).toBe(0);
    const { components, logLikelihood, problems } = JSON.parse(compared.stdout);
    expect(problems).toEqual([]);
    expect(components).toHaveLength(2);
    for (const { weight, coefficients, sd, gate } of components) {
      expect(Object.keys(coefficients)).toEqual(["(Intercept)", "stretchratio"]);
      for (const one of [
        weight,
        sd,
        ...Object.values<typeof sd>(coefficients),
        gate.stretchratio,
      ]) {
        expect(one.posterior.q5).toBeLessThan(one.posterior.q95);
        expect(one.maximum.lower).toBeLessThan(one.maximum.upper);
        expect(Math.abs(one.difference)).toBeLessThan(0.6);
      }
    }
    expect(logLikelihood.posteriorMean).toBeLessThan(logLikelihood.maximum);
  });

  it("documents every key", () => {
    expect(documentedKeys("compare")).toEqual(Object.keys(JSON.parse(compared.stdout)).sort());
  });

  it("writes a page, and fit --report --maximum the same section", () => {
    expect(compared.stderr).toContain(`Report: ${path("page.html")}`);
    for (const file of [path("page.html"), path("run", "report.html")]) {
      expect(readFileSync(file, "utf8")).toContain('<section id="comparison">');
    }
  });
});

describe("compare --em", () => {
  it("compares with a maximum that is kept: the same numbers as with its own", async () => {
    const { code, stdout, stderr } = await runCli([
      "compare",
      path("run"),
      "--em",
      path("fit"),
      "--json",
    ]);
    expect(code, stderr).toBe(0);
    const [kept, own] = [stdout, compared.stdout].map((text) => JSON.parse(text));
    expect(kept.logLikelihood.maximum).toBeCloseTo(own.logLikelihood.maximum, 6);
    kept.components.forEach((component: typeof kept, k: number) => {
      const { posterior, maximum } = component.gate.stretchratio;
      expect(posterior).toEqual(own.components[k].gate.stretchratio.posterior);
      expect(maximum.se).toBeCloseTo(own.components[k].gate.stretchratio.maximum.se, 4);
    });
  });

  it.each([
    ["draws instead of a maximum", ["run", "run"], /must hold a maximum; .* holds draws/],
    ["a maximum instead of draws", ["fit", "fit"], /must be draws of a posterior/],
  ])("refuses %s with exit code 2", async (_, [run, em], message) => {
    const { code, stderr } = await runCli(["compare", path(run!), "--em", path(em!)]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it("refuses a maximum of other data", async () => {
    const lines = readFileSync(DATA, "utf8").trim().split("\n");
    const file = write("less.csv", `${lines.slice(0, 100).join("\n")}\n`);
    await runCli(["em", file, ...MODEL, "--starts", "2", "--out", path("other"), "--quiet"]);
    const { code, stderr } = await runCli(["compare", path("run"), "--em", path("other")]);
    expect({ code, ok: stderr.includes("same data (sha256)") }).toEqual({ code: 2, ok: true });
  });

  it("refuses options of a search that is over", async () => {
    const argv = ["compare", path("run"), "--em", path("fit"), "--starts", "3"];
    const { code, stderr } = await runCli(argv);
    expect(code).toBe(2);
    expect(stderr).toContain("--em must not come with --starts");
  });
});

describe("report --maximum", () => {
  it("adds the section to the report of a run", async () => {
    const out = path("with.html");
    const { code, stderr } = await runCli(["report", path("run"), "--maximum", "--out", out]);
    expect(code, stderr).toBeLessThan(2);
    expect(readFileSync(out, "utf8")).toContain('<section id="comparison">');
  });

  it("must come with --report in fit", async () => {
    const { code, stderr } = await runCli(["fit", DATA, ...MODEL, "--maximum", "--out", path("x")]);
    expect(code).toBe(2);
    expect(stderr).toContain("--maximum must come with --report");
    expect(existsSync(path("x"))).toBe(false);
  });
});
