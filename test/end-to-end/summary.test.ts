import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseTable } from "../../src/data/parse-table.ts";
import { type Outcome, runCli } from "../helpers/cli.ts";
import { exampleFit, json, MODEL, PATIENCE, ROWS, timeless } from "../helpers/example-fit.ts";

const { path, remove, fitting } = exampleFit();
let fitted: Outcome;

beforeAll(async () => {
  fitted = await fitting("--json", "--out", path("run"));
}, PATIENCE);

afterAll(remove);

describe("a run folder", () => {
  it.each(["summary", "diagnose"])("is judged the same by %s", async (command) => {
    const again = await runCli([command, path("run"), "--json"]);
    expect(again.code).toBe(fitted.code);
    expect(timeless(again)).toEqual(timeless(fitted));
  });
});

describe("results in words", () => {
  it("are the verdict, findings, variables, components, and where the report is", async () => {
    const { stdout } = await runCli(["report", path("run"), "--out", path("report.html")]);
    const order = ["\nPosterior summary\n", "\nvariable ", "\nComponents\n", "\nReport: "];
    const places = order.map((words) => stdout.indexOf(words));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    expect(stdout.trimEnd().endsWith(path("report.html"))).toBe(true);
    expect(readFileSync(path("report.html"), "utf8")).toMatch(/^<!doctype html>/);
  });

  it("are only the verdict with --quiet", async () => {
    const { stdout } = await runCli(["summary", path("run"), "--quiet"]);
    expect(stdout).toMatch(/^[^\n]+\n$/);
  });

  it("label components by the method and against the component asked for", async () => {
    const asked = ["--relabel", "ecr", "--gate-reference", "1", "--json"];
    const told = json(await runCli(["summary", path("run"), ...asked]));
    expect(told.relabelling.method).toBe("ecr");
    expect(told.components[0].gate).toEqual({});
    expect(Object.keys(told.components[1].gate)).toContain("x");
    const report = ["report", path("run"), "--out", path("labels.html"), ...asked];
    expect(timeless(await runCli(report))).toEqual(
      timeless(await runCli(["summary", path("run"), ...asked])),
    );
    const brief = ["--chains", "1", "--warmup", "20", "--draws", "30"];
    const fit = await runCli(["fit", path("data.csv"), ...MODEL, ...brief, ...asked]);
    expect(json(fit).relabelling.method).toBe("ecr");
  });

  it("come with the log-likelihood of every row and draw where --pointwise asks for it", async () => {
    const argv = ["summary", path("run"), "--pointwise", path("pointwise.csv")];
    const { stdout } = await runCli(argv);
    expect(stdout.trimEnd().endsWith(`Log-likelihood: ${path("pointwise.csv")}`)).toBe(true);
    const written = parseTable(readFileSync(path("pointwise.csv"), "utf8"));
    expect(written.rows).toBe(300);
    expect([...written.columns.keys()].slice(0, 3)).toEqual([".chain", ".iteration", "log_lik[1]"]);
    expect(written.columns.size).toBe(2 + ROWS);
  });
});
