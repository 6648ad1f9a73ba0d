import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parsePlan } from "../../../src/experiments/plan-schema.ts";
import { experimentFolder, openExperiment } from "../../../src/experiments/store.ts";
import { scratchFolder } from "../../helpers/cli.ts";
import { smallPlan } from "../../helpers/experiment-plans.ts";

const { path, remove } = scratchFolder();
afterAll(remove);

const plan = parsePlan(smallPlan(4));
const result = { status: "failed", message: "as in a test" } as const;

describe("the folder of an experiment", () => {
  it("keeps a result and says what is missing", () => {
    const folder = experimentFolder(path("one"), plan);
    folder.keep(5, result);
    expect(folder.read(5)).toBe(JSON.stringify({ index: 5, ...result }));
    expect(folder.missing()).toEqual([0, 1, 2, 3, 4, 6, 7]);
    expect(openExperiment(path("one")).missing()).toEqual(folder.missing());
    expect(() => folder.keep(8, result)).toThrow("from 0 to 7; got 8");
  });

  it("takes what was cut off, changed or put in another place for not done", () => {
    const folder = experimentFolder(path("two"), plan);
    const file = (index: number) => path("two", "results", "0000", `${index}.json`);
    for (const index of [0, 1, 2]) folder.keep(index, result);
    truncateSync(file(0), 40);
    writeFileSync(file(1), readFileSync(file(1), "utf8").replace("test", "text"));
    writeFileSync(file(3), readFileSync(file(2)));
    expect(folder.missing()).toEqual([0, 1, 3, 4, 5, 6, 7]);
  });

  it("leaves no other file beside a result", () => {
    const folder = experimentFolder(path("three"), plan);
    folder.keep(0, result);
    folder.keep(0, result);
    expect(readdirSync(path("three", "results", "0000"))).toEqual(["0.json"]);
  });

  it("refuses another plan, the folder of a run, and a folder without plan", () => {
    experimentFolder(path("four"), plan);
    const other = parsePlan({ ...smallPlan(4), seed: 4 });
    expect(() => experimentFolder(path("four"), other)).toThrow('another plan, "small"');
    mkdirSync(path("run"));
    writeFileSync(path("run", "run.json"), "{}");
    expect(() => experimentFolder(path("run"), plan)).toThrow("is the folder of a run");
    expect(() => openExperiment(dirname(path("four")))).toThrow("it has no plan.json");
  });

  it("does not take results of another plan that were copied in", () => {
    const other = experimentFolder(path("five"), parsePlan({ ...smallPlan(4), seed: 4 }));
    other.keep(0, result);
    const folder = experimentFolder(path("six"), plan);
    folder.keep(1, result);
    const from = path("five", "results", "0000", "0.json");
    writeFileSync(path("six", "results", "0000", "0.json"), readFileSync(from));
    expect(folder.has(0)).toBe(false);
    expect(folder.has(1)).toBe(true);
  });
});
