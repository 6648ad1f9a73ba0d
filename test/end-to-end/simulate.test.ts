import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseTable } from "../../src/data/parse-table.ts";
import { runCli } from "../helpers/cli.ts";
import { exampleFit, MODEL, PATIENCE, ROWS, SETTINGS } from "../helpers/example-fit.ts";

const { path, remove, fitting } = exampleFit();

beforeAll(async () => {
  await fitting("--json", "--out", path("run"));
}, PATIENCE);

afterAll(remove);

describe("simulate", () => {
  it("simulates a response and the components: from a prior, or from a run", async () => {
    const prior = ["simulate", path("data.csv"), ...MODEL];
    const run = ["simulate", "--run", path("run")];
    for (const argv of [prior, run, [...run, "--from", "prior"]]) {
      const { code, stdout } = await runCli([...argv, "--seed", "3"]);
      expect(code).toBe(0);
      const table = parseTable(stdout);
      expect(table.rows).toBe(ROWS);
      const component = table.columns.get("component");
      expect(
        component?.kind === "numeric" && component.values.every((k) => k === 1 || k === 2),
      ).toBe(true);
      expect((await runCli([...argv, "--seed", "3"])).stdout).toBe(stdout);
      expect((await runCli([...argv, "--seed", "4"])).stdout).not.toBe(stdout);
    }
  });

  it("simulates data that can be fitted", async () => {
    const simulated = ["simulate", "--run", path("run"), "--out", path("simulated.csv")];
    await runCli(simulated);
    const { code } = await runCli(["fit", path("simulated.csv"), ...MODEL, ...SETTINGS]);
    expect(code).toBeLessThan(2);
  });
});
