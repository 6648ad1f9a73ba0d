import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { type Outcome, runCli, scratchFolder } from "../helpers/cli.ts";

const { path, write, remove } = scratchFolder();
const MODEL = ["--formula", "y ~ z1 | x1", "--index", "u", "--components", "2"];
const GRID = ["--grid", "0.1:0.9:0.2"];
const KERNEL = ["--bandwidth", "0.3", "--bands", "--level", "0.9"];
const BAYES = ["--bayes", "--chains", "2", "--warmup", "40", "--draws", "60"];
const limits = ["lower", "upper", "simultaneousLower", "simultaneousUpper"] as const;
type Band = Record<(typeof limits)[number] | "estimate" | "se", number[]>;

const run = (...more: string[]): Promise<Outcome> =>
  runCli([
    ...["varying", "test/reference/varying/gaussian.csv", ...MODEL, ...GRID],
    ...["--json", "--quiet", "--workers", "1", ...more],
  ]);

afterAll(remove);

const logit = (p: number): number => Math.log(p / (1 - p));

describe.each([
  ["kernel", KERNEL],
  ["posterior", BAYES],
])("differences and probabilities: %s", (way, how) => {
  it("are told, and drawn, with their bands", async () => {
    const rows = write(`${way}.csv`, "x1\n0\n1.5\n");
    const more = ["--contrasts", "--gate-at", rows, "--out", path(way), "--report"];
    const { code, stdout, stderr } = await run(...how, ...more);
    expect(code, stderr).toBeLessThan(2);
    const { contrasts, probabilities, components, index } = JSON.parse(stdout);
    const names = contrasts.map(({ component, against, part, term }: Record<string, string>) =>
      [component, against, part, term].join(" "),
    );
    expect(names.sort()).toEqual(
      ["dispersion log sd", "experts (Intercept)", "experts z1", "gate (Intercept)", "gate x1"].map(
        (name) => `2 1 ${name}`,
      ),
    );
    const slope: Band = contrasts.find(
      ({ part, term }: Record<string, string>) => part === "experts" && term === "z1",
    );
    const [one, two]: Band[] = components.map((of: { expert: { z1: Band } }) => of.expert.z1);
    slope.estimate.forEach((value, g) => {
      expect(value).toBeCloseTo(two!.estimate[g]! - one!.estimate[g]!, 9);
      expect(slope.se[g]).toBeLessThan(two!.se[g]! + one!.se[g]! + 1e-9);
      expect(slope.simultaneousLower[g]).toBeLessThan(value);
    });
    expect(probabilities).toHaveLength(3);
    expect(probabilities.slice(1).map(({ at }: { at: object }) => at)).toEqual([
      { x1: 0 },
      { x1: 1.5 },
    ]);
    // Where x1 is 0 the log odds are the difference of the intercepts.
    const level: Band = contrasts.find(
      ({ part, term }: Record<string, string>) => part === "gate" && term === "(Intercept)",
    );
    const second: Band = probabilities[1].components[1];
    for (const key of [...limits, "estimate"] as const) {
      expect(second[key]).toHaveLength(index.length);
      second[key].forEach((p, g) => {
        expect(logit(p)).toBeCloseTo(level[key][g]!, 6);
      });
    }
    const page = readFileSync(path(way, "report.html"), "utf8");
    expect(page).toContain("<h2>Differences between experts</h2>");
    expect(page).toContain("Expert 2 less expert 1");
    expect(page).toContain("x1 = 1.5");
  });

  it("are there without differences and rows: probabilities at the medians", async () => {
    const { stdout } = await run(...how);
    const { contrasts, probabilities } = JSON.parse(stdout);
    expect(contrasts).toEqual([]);
    expect(probabilities).toHaveLength(1);
    const [p, q]: Band[] = probabilities[0].components;
    p!.simultaneousLower.forEach((value, g) => {
      expect(value).toBeCloseTo(1 - q!.simultaneousUpper[g]!, 6);
    });
  });
});

describe("rows of --gate-at", () => {
  it("are refused where the gate has no covariates", async () => {
    const rows = write("one.csv", "x1\n1\n");
    const { code, stderr } = await run(...KERNEL, "--formula", "y ~ z1", "--gate-at", rows);
    expect(code).toBe(2);
    expect(stderr).toMatch(/covariates of the gate only; it has none/);
  });

  it.each([
    ["without a column of the gate", "z1\n0\n", /x1/],
    ["with a missing value", "x1,a\n0,1\nNA,1\n", /x1 is missing in row 2/],
    ["of text", "x1\nmany\n", /x1.*numeric/],
  ])("%s are refused before anything is computed", async (_what, text, says) => {
    const { code, stdout, stderr } = await run(...KERNEL, "--gate-at", write("bad.csv", text));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(says);
  });
});
