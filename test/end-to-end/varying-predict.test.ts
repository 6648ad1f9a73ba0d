import { mkdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { predictVarying } from "../../src/analysis/varying-predict.ts";
import { parseTable } from "../../src/data/parse-table.ts";
import { openVaryingFit } from "../../src/run/open-varying-fit.ts";
import { type Outcome, runCli, scratchFolder } from "../helpers/cli.ts";

const { path, write, remove } = scratchFolder();
const DATA = "test/reference/varying/gaussian.csv";
const NEW = "u,z1,x1,y,arm\n0.3,0.5,-1,0.2,1\n0.71,-1,0.4,NA,2\n0.5,0,0,-0.9,2\n";

const predicted = (file: string, ...more: string[]): Promise<Outcome> =>
  runCli(["predict", path("fit"), write("new.csv", file), ...more]);

beforeAll(async () => {
  const lines = readFileSync(DATA, "utf8").trim().split("\n");
  const withArm = lines.map((line, i) => `${line},${i === 0 ? "arm" : 1 + (i % 2)}`);
  const asked = ["--formula", "y ~ z1 | x1 + factor(arm)", "--index", "u", "--components", "2"];
  const { code, stderr } = await runCli([
    ...["varying", write("data.csv", withArm.join("\n")), ...asked, "--bandwidth", "0.3"],
    ...["--grid", "0.1:0.9:0.1", "--quiet", "--out", path("fit")],
  ]);
  expect(code, stderr).toBeLessThan(2);
});

afterAll(remove);

describe("predict by a kernel fit", () => {
  it("prints what the library predicts from the fit kept", async () => {
    const { code, stdout, stderr } = await predicted(NEW, "--at", "0.5", "--quantiles", "0.1,0.9");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { columns } = parseTable(stdout);
    expect([...columns.keys()]).toEqual([
      ...["mean", "sd", "q10", "q90", "density", "cdf", "residual", "density_at_0.5", "cdf_at_0.5"],
      ...["p_component_1", "p_component_2", "p_component_1_given_y", "p_component_2_given_y"],
      ...["mean_component_1", "mean_component_2", "sd_component_1", "sd_component_2"],
    ]);
    const { fit } = openVaryingFit(path("fit"))!;
    const own = predictVarying(fit, parseTable(NEW), { probabilities: [0.1, 0.9], at: [0.5] });
    const column = (name: string) => {
      const found = columns.get(name);
      return found?.kind === "numeric" ? [...found.values] : [];
    };
    expect(column("mean")).toEqual([...own.mean]);
    expect(column("q90")).toEqual([...own.quantiles[1]!]);
    expect(column("cdf_at_0.5")).toEqual([...own.at[0]!.cdf]);
    expect(column("p_component_2_given_y")).toEqual([...own.components[1]!.responsibility]);
    expect(column("density")).toEqual([...own.logDensity.map(Math.exp)]);
    expect(column("density")[1]).toBeNaN();
    for (const i of [0, 1, 2]) {
      const [p, q] = [1, 2].map((k) => column(`p_component_${k}`)[i]!);
      const [a, b] = [1, 2].map((k) => column(`mean_component_${k}`)[i]!);
      expect(p! * a! + q! * b!).toBeCloseTo(column("mean")[i]!, 10);
    }
  });

  it("takes rows without a response, as JSON", async () => {
    const { stdout } = await predicted("u,z1,x1,arm\n0.3,0.5,-1,1\n", "--json");
    const { rows } = JSON.parse(stdout);
    expect(rows).toHaveLength(1);
    expect(Object.keys(rows[0])).not.toContain("density");
    expect(rows[0].p_component_1 + rows[0].p_component_2).toBeCloseTo(1, 12);
    expect(rows[0].q5).toBeLessThan(rows[0].q50);
  });

  it("says what lies beyond the grid, and takes what lies beyond the data when it is told to", async () => {
    const end = await predicted("u,z1,x1,arm\n0.95,0,0,1\n", "--json");
    expect({ code: end.code, stderr: end.stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/beyond the grid/),
    });
    const beyond = "u,z1,x1,arm\n1.4,0,0,1\n";
    const refused = await predicted(beyond);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(/it is 1\.4 in row 1.*extrapolate/);
    const taken = await predicted(beyond, "--extrapolate", "--json");
    expect(taken.stderr).toMatch(/warning: 1 rows? lies? outside/);
    expect(JSON.parse(taken.stdout).rows[0].mean).toBe(JSON.parse(end.stdout).rows[0].mean);
  });

  it.each([
    ["a missing column", "u,z1,arm\n0.3,0,1\n", [], /x1/],
    ["a level not seen", "u,z1,x1,arm\n0.3,0,0,3\n", [], /arm/],
    ["draws", NEW, ["--draws", "10"], /--draws.*kernel fit/],
    ["a quantile that is none", NEW, ["--quantiles", "2"], /--quantiles/],
  ])("refuses %s", async (_what, file, more, says) => {
    const { code, stdout, stderr } = await predicted(file, ...more);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(says);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it("refuses a folder without a fit, and a file that is none", async () => {
    const file = write("new.csv", NEW);
    const nothing = await runCli(["predict", path("nothing"), file]);
    expect(nothing).toMatchObject({ code: 2, stderr: expect.stringMatching(/run\.json/) });
    mkdirSync(path("broken"));
    for (const text of ["{", "[]", '{"model": {}, "scales": {}}']) {
      write("broken/fit.json", text);
      const broken = await runCli(["predict", path("broken"), file]);
      expect(broken).toMatchObject({ code: 2, stderr: expect.stringMatching(/must hold a fit/) });
    }
  });
});
