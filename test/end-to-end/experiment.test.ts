import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { permutation } from "../../src/math/random/permutation.ts";
import { createRng, integerBelow } from "../../src/math/rng.ts";
import { type Outcome, runCli, scratchFolder } from "../helpers/cli.ts";
import { documentedKeys, documentedKeysOf } from "../helpers/command-page.ts";
import { smallPlan } from "../helpers/experiment-plans.ts";
import { gathered, resultCount, started, withKills } from "../helpers/experiment-runs.ts";

const { path, write, remove } = scratchFolder();
const TASKS = 80;

let plan: string;
let kept: Outcome;

beforeAll(async () => {
  plan = write("plan.json", JSON.stringify(smallPlan(TASKS / 2)));
  kept = await runCli(["experiment", plan, "--out", path("one"), "--workers", "1", "--json"]);
}, 60_000);

afterAll(remove);

describe("an experiment", () => {
  it("does every task and says what came out", () => {
    expect(kept.code, kept.stderr).toBe(0);
    const summary = JSON.parse(kept.stdout);
    expect(summary).toMatchObject({ tasks: TASKS, missing: 0, verdict: "ok" });
    expect(summary.cells.map(({ n }: { n: number }) => n)).toEqual([60, 120]);
    const lines = readFileSync(path("one", "results.jsonl"), "utf8").trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).index)).toEqual([...Array(TASKS).keys()]);
    expect(readFileSync(path("one", "report.html"), "utf8")).toContain("How fast errors fall");
  });

  it("comes to the same bytes with two workers", async () => {
    await runCli(["experiment", plan, "--out", path("two"), "--workers", "2", "--quiet"]);
    expect(gathered(path("two"))).toEqual(gathered(path("one")));
  });

  it("comes to the same bytes task by task in random order", async () => {
    const out = path("single");
    expect((await runCli(["plan", plan, "--out", out])).stdout).toMatch(/^80 tasks, 0 to 79: /);
    const order = new Int32Array(TASKS);
    permutation(createRng(5), order);
    for (const index of order) {
      const { code, stderr } = await runCli([
        "task",
        "--plan",
        plan,
        "--index",
        `${index}`,
        "--out",
        out,
        "--quiet",
      ]);
      expect(code, stderr).toBe(0);
    }
    expect((await runCli(["gather", out, "--quiet"])).code).toBe(0);
    expect(gathered(out)).toEqual(gathered(path("one")));
  });

  it("comes to the same bytes when it is killed with -9 again and again", async () => {
    const whole = started(["experiment", plan, "--out", path("whole"), "--workers", "1"]);
    expect(await whole.ended).toBe(0);
    const out = path("killed");
    const rng = createRng(7);
    const argv = ["experiment", plan, "--out", out, "--workers", "2", "--quiet"];
    const kills = await withKills(argv, out, () => 20 + integerBelow(rng, 8));
    expect(kills).toBeGreaterThanOrEqual(2);
    expect(gathered(out)).toEqual(gathered(path("whole")));
    expect(gathered(out)["results.jsonl"]).toBe(gathered(path("one"))["results.jsonl"]);
  });

  it("does only what is not done", async () => {
    const out = path("two");
    const file = join(out, "results", "0000", "17.json");
    const other = join(out, "results", "0000", "18.json");
    const before = readFileSync(file, "utf8");
    rmSync(file);
    // A result is taken as it is: were the task done again, this one would change.
    expect(resultCount(out)).toBe(TASKS - 1);
    const { code, stdout } = await runCli(["gather", out, "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ missing: 1, verdict: "problems" });
    writeFileSync(`${other}.elsewhere-1-0.tmp`, "cut off");
    await runCli(["experiment", plan, "--out", out, "--workers", "1", "--quiet"]);
    expect(readFileSync(file, "utf8")).toBe(before);
    expect(gathered(out)).toEqual(gathered(path("one")));
  });
});

describe("bad input", () => {
  it.each([
    [["experiment", "PLAN"], "--out must name the folder"],
    [["experiment", "PLAN", "--out", "OUT", "--engine", "bullmq"], "must come with --redis"],
    [["experiment", "PLAN", "--out", "OUT", "--redis", "redis://x"], "--engine bullmq"],
    [
      ["experiment", "PLAN", "--out", "OUT", "--chunk", "2"],
      "--chunk must come with --engine slurm",
    ],
    [["experiment", "no.json", "--out", "OUT"], "no.json must be a JSON file that holds a plan"],
    [
      ["task", "--plan", "PLAN", "--index", "80", "--out", "OUT"],
      "from 0 to 79, the last task; got 80",
    ],
    [["task", "--plan", "PLAN", "--index", "3:1", "--out", "OUT"], 'two as in 0:9; got "3:1"'],
    [["task", "--index", "1"], "must be given by --plan, --index and --out"],
    [["gather", "OUT"], "must be the folder of an experiment"],
  ])("%j", async (argv, message) => {
    const words = argv.map((word) => ({ PLAN: plan, OUT: path("bad") })[word] ?? word);
    const { code, stderr } = await runCli(words);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(existsSync(path("bad"))).toBe(false);
  });

  it("names the path of what is wrong in a plan", async () => {
    const bad = write("bad.json", JSON.stringify({ ...smallPlan(2), sizes: [60, -1] }));
    const { code, stderr } = await runCli(["plan", bad]);
    expect(code).toBe(2);
    expect(stderr).toBe("moebius: `sizes[1]` must be a whole number ≥ 1; got -1.\n");
  });
});

describe("the summary", () => {
  it("has the keys that the page on the command line lists", () => {
    const found = JSON.parse(kept.stdout);
    expect(documentedKeys("gather")).toEqual(Object.keys(found).sort());
    for (const list of ["rates", "cells"]) {
      expect(documentedKeysOf("gather", list).sort()).toEqual(Object.keys(found[list][0]).sort());
    }
  });
});
