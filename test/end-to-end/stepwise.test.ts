import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Outcome, runCli, scratchFolder } from "../helpers/cli.ts";
import { documentedKeys, documentedKeysOf } from "../helpers/command-page.ts";

const { path, remove } = scratchFolder();
const DATA = "test/reference/tone.csv";
const SPACE = ["--response", "tuned", "--experts", "stretchratio,poly(stretchratio, 2)"];
const stepwise = (...more: string[]): Promise<Outcome> =>
  runCli(["stepwise", DATA, ...SPACE, "--max-components", "2", "--starts", "3", ...more]);

let kept: Outcome;

beforeAll(async () => {
  kept = await stepwise("--gate", "stretchratio", "--json", "--out", path("out"), "--report");
}, 60_000);

afterAll(remove);

describe("stepwise --json", () => {
  it("prints the whole path, with a criterion that falls", () => {
    expect(kept.code, kept.stderr).toBe(0);
    const { path: steps, chosen, neighbours } = JSON.parse(kept.stdout);
    expect(steps[0]).toMatchObject({ move: "start forward", formula: "tuned ~ 1", components: 1 });
    const values = steps.map(({ criterion }: { criterion: number }) => criterion);
    expect(values).toEqual(values.toSorted((a: number, b: number) => b - a));
    expect(chosen.components).toBe(2);
    for (const { criterion, degenerate } of neighbours) {
      if (!degenerate) expect(criterion).toBeGreaterThan(values.at(-1));
    }
    expect(kept.stderr).toContain("start forward: ");
    expect(readFileSync(path("out", "stepwise.json"), "utf8")).toBe(kept.stdout);
    expect(readFileSync(path("out", "report.html"), "utf8")).toContain("Neighbours of the end");
  });

  it("documents every key", () => {
    const found = JSON.parse(kept.stdout);
    expect(documentedKeys("stepwise")).toEqual(Object.keys(found).sort());
    expect(documentedKeysOf("stepwise", "path")).toEqual(Object.keys(found.path[0]));
  });

  it("does not depend on the number of workers", async () => {
    const again = await stepwise("--gate", "stretchratio", "--json", "--workers", "2");
    expect(again.stdout).toBe(kept.stdout);
  });
});

describe("stepwise refuses, with exit code 2:", () => {
  it.each([
    [["--report"], "--report must come with --out"],
    [["--gate", "stretchratio,"], "--gate must be terms separated by commas"],
    [["--criterion", "nec"], "--criterion must be aic or aicc or bic or icl"],
    [["--gate", "x + y"], "a candidate must be one term"],
    [["--gate", "missing"], '"missing"'],
    [["--gate", "tuned"], "the response must not be among the covariates"],
  ])("%j", async (options, message) => {
    const { code, stdout, stderr } = await stepwise(...options);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("no response", async () => {
    const { code, stderr } = await runCli(["stepwise", DATA]);
    expect(code).toBe(2);
    expect(stderr).toContain("the response must be given by --response");
  });
});
