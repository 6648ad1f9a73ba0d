import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseTable } from "../../src/data/parse-table.ts";
import { type Outcome, runCli } from "../helpers/cli.ts";
import { exampleFit, json, PATIENCE } from "../helpers/example-fit.ts";

const { path, remove, fitting } = exampleFit();
let fitted: Outcome;

beforeAll(async () => {
  fitted = await fitting("--json", "--out", path("run"));
}, PATIENCE);

afterAll(remove);

describe("predict", () => {
  it("predicts each new row as CSV, as a file and as JSON", async () => {
    const argv = ["predict", path("run"), path("new.csv"), "--at", "0", "--quantiles", "0.1,0.9"];
    const { code, stdout } = await runCli(argv);
    expect(code).toBe(0);
    const table = parseTable(stdout);
    expect(table.rows).toBe(3);
    const names = ["mean", "sd", "q10", "q90", "cdf_at_0", "p_component_1"];
    expect([...table.columns.keys()]).toEqual(expect.arrayContaining(names));
    await runCli([...argv, "--out", path("predicted.csv")]);
    expect(readFileSync(path("predicted.csv"), "utf8")).toBe(stdout);
    const { rows } = json(await runCli([...argv, "--json"]));
    const mean = table.columns.get("mean");
    expect(rows.map((row: { mean: number }) => row.mean)).toEqual(
      mean?.kind === "numeric" ? [...mean.values] : [],
    );
  });

  it("warns in one line where problems were found in the run, and not with --quiet", async () => {
    const argv = ["predict", path("run"), path("new.csv")];
    expect(json(fitted).verdict).toBe("problems");
    const warnings = (await runCli(argv)).stderr.match(
      /^warning: problems were found in this run/gm,
    );
    expect(warnings).toHaveLength(1);
    expect((await runCli([...argv, "--quiet"])).stderr).toBe("");
  });
});
