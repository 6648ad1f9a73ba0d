import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gaussian, softmax, varying, varyingMoe } from "../../models/index.ts";
import { compileVarying } from "../../models/varying/compile.ts";
import { fitVarying } from "../../src/analysis/varying.ts";
import { simulateVarying } from "../../src/analysis/varying-simulate.ts";
import { formatCsv } from "../../src/data/format-csv.ts";
import { parseTable } from "../../src/data/parse-table.ts";
import { sha256Of } from "../../src/run/fingerprint.ts";
import { type Outcome, runCli, scratchFolder } from "../helpers/cli.ts";
import { documentedKeys } from "../helpers/command-page.ts";

const { path, write, remove } = scratchFolder();
const DATA = "test/reference/varying/gaussian.csv";
const text = readFileSync(DATA, "utf8");
const MODEL = ["--formula", "y ~ z1 | x1", "--index", "u", "--components", "2"];
const KERNEL = ["--bandwidth", "0.25", "--grid", "0.05:0.95:0.05"];
const on = (data: string, ...more: string[]): Promise<Outcome> =>
  runCli(["varying", data, ...more, "--workers", "1"]);
const run = (...more: string[]): Promise<Outcome> => on(DATA, ...MODEL, ...KERNEL, ...more);

async function json(...more: string[]) {
  const { code, stdout, stderr } = await run("--json", ...more);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
}

let kept: Outcome;

beforeAll(async () => {
  const bands = ["--bands", "--test", "expert2:z1,gate", "--bootstrap", "0"];
  kept = await run("--json", "--out", path("fit"), "--report", ...bands);
}, 60_000);

afterAll(remove);

describe("varying --json", () => {
  it("holds the functions that the library fits, at the grid points", async () => {
    const found = JSON.parse(kept.stdout);
    expect(kept.code, kept.stderr).toBe(0);
    const model = varyingMoe({
      experts: gaussian("y ~ z1"),
      gate: softmax("~ x1"),
      components: 2,
      varying: varying("u"),
    });
    const table = parseTable(text);
    const { low, high } = compileVarying(model, table).scales.index;
    const unit = Array.from({ length: 19 }, (_, g) => Number((0.05 + 0.05 * g).toPrecision(12)));
    const grid = unit.map((u) => low + u * (high - low));
    const { fit } = fitVarying(model, table, { bandwidth: 0.25, grid });
    expect(found.index).toEqual(fit.grid);
    for (const [g, u] of unit.entries()) expect(found.unitIndex[g]).toBeCloseTo(u, 12);
    expect(found.logLikelihood).toBe(fit.logLikelihood);
    expect(found.localLogLikelihood).toEqual(fit.points.map((point) => point.logLikelihood));
    const names = { experts: "expert", gate: "gate", dispersion: "dispersion" } as const;
    for (const { component, part, term, value } of fit.curves) {
      expect(found.components[component - 1][names[part]][term].estimate).toEqual(value);
    }
    expect(Object.keys(found.components[1].expert)).toEqual(["(Intercept)", "z1"]);
    expect(Object.keys(found.components[1].gate)).toEqual(["(Intercept)", "x1"]);
    expect(Object.keys(found.components[1].dispersion)).toEqual(["log sd"]);
  });

  it("has bands where they are asked for, and no key of them elsewhere", async () => {
    const { z1 } = JSON.parse(kept.stdout).components[0].expert;
    const keys = ["varies", "estimate", "centre", "se"];
    const limits = ["lower", "upper", "simultaneousLower", "simultaneousUpper"];
    expect(Object.keys(z1)).toEqual([...keys, ...limits]);
    z1.estimate.forEach((_: number, g: number) => {
      const [a, b, c, d] = [z1.simultaneousLower, z1.lower, z1.upper, z1.simultaneousUpper];
      const ordered = [a[g], b[g], z1.centre[g], c[g], d[g]];
      expect(ordered).toEqual(ordered.toSorted((p, q) => p - q));
      expect(c[g] - b[g]).toBeGreaterThan(z1.se[g]);
    });
    const bare = await json();
    expect(Object.keys(bare.components[0].expert.z1)).toEqual(["varies", "estimate"]);
    expect(bare).toMatchObject({ level: null, tests: [], bandwidthChoice: null });
    const narrow = (await json("--bands", "--level", "0.5")).components[0].expert.z1;
    for (const [g, end] of z1.lower.entries()) expect(narrow.lower[g]).toBeGreaterThan(end);
  });

  it("tests what it is told to", () => {
    const { tests } = JSON.parse(kept.stdout);
    expect(tests.map(({ constant }: { constant: string }) => constant)).toEqual([
      "expert2:z1",
      "gate",
    ]);
    for (const { statistic, pValue, chiSquared, bootstrap } of tests) {
      expect(statistic).toBeGreaterThan(0);
      expect(pValue).toBe(chiSquared.pValue);
      expect(bootstrap).toBeNull();
    }
    // Both functions of the gate against one of an expert.
    expect(tests[1].chiSquared.df).toBeCloseTo(2 * tests[0].chiSquared.df, 9);
  });

  it("documents every key", () => {
    const own = Object.keys(JSON.parse(kept.stdout));
    const keys = documentedKeys("varying").filter((key) => key !== "bayes");
    expect(keys).toEqual(own.sort());
  });
});

describe("varying --out", () => {
  it("keeps numbers, fit, page and the hash of the data", () => {
    expect(readFileSync(path("fit", "varying.json"), "utf8")).toBe(kept.stdout);
    const found = JSON.parse(kept.stdout);
    const fit = JSON.parse(readFileSync(path("fit", "fit.json"), "utf8"));
    expect(fit.grid).toEqual(found.index);
    const table = parseTable(text);
    const used = new Map([...table.columns].filter(([name]) => name !== "component"));
    expect(found.data).toEqual({
      source: "gaussian.csv",
      rows: 300,
      dropped: 0,
      sha256: sha256Of({ ...table, columns: used }),
    });
    const page = readFileSync(path("fit", "report.html"), "utf8");
    for (const title of ["The data", "Coefficients of the experts", "The gate", "Does it vary?"]) {
      expect(page).toContain(`<h2>${title}</h2>`);
    }
    expect(page).not.toMatch(/<script(?! type="application\/json")|https?:\/\/(?!www\.w3\.org)/);
  });

  it("does not write over what is there", async () => {
    const { code, stderr } = await run("--out", path("fit"));
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--overwrite/),
    });
  });
});

describe("varying", () => {
  it("holds constant what it is told to", async () => {
    const { components } = await json(
      ...["--constant", "expert:z1,gate", "--dispersion", "constant"],
    );
    for (const { expert, gate, dispersion } of components) {
      const held = [expert.z1, ...Object.values<typeof expert>(gate), dispersion["log sd"]];
      for (const { varies, estimate } of held) {
        expect(varies).toBe(false);
        expect(new Set(estimate).size).toBe(1);
      }
      const free = expert["(Intercept)"];
      expect(free.varies).toBe(true);
      expect(new Set(free.estimate).size).toBeGreaterThan(10);
    }
  });

  it("chooses a bandwidth where none is given", async () => {
    const asked = [DATA, ...MODEL, "--grid", "0.1:0.9:0.2", "--starts", "1", "--json"];
    const { code, stdout } = await on(asked[0]!, ...asked.slice(1));
    expect(code).toBeLessThan(2);
    const { bandwidth, bandwidthChoice, logLikelihood } = JSON.parse(stdout);
    const { candidates } = bandwidthChoice;
    const judged = candidates.filter((one: { heldOut?: number }) => one.heldOut !== undefined);
    const best = Math.max(...judged.map((one: { heldOut: number }) => one.heldOut));
    expect(judged.find((one: { heldOut: number }) => one.heldOut === best).bandwidth).toBe(
      bandwidth,
    );
    const given = await on(asked[0]!, ...asked.slice(1), "--bandwidth", String(bandwidth));
    expect(JSON.parse(given.stdout).logLikelihood).toBeCloseTo(logLikelihood, 9);
  });

  it("does not care for the units of the index", async () => {
    const lines = text.trim().split("\n");
    const moved = lines.map((line, i) => {
      const cells = line.split(",");
      if (i > 0) cells[1] = String(1000 + 8 * Number(cells[1]));
      return cells.join(",");
    });
    const other = await on(write("moved.csv", moved.join("\n")), ...MODEL, ...KERNEL, "--json");
    const [a, b] = [JSON.parse(other.stdout), JSON.parse(kept.stdout)];
    expect(a.logLikelihood).toBeCloseTo(b.logLikelihood, 4);
    for (const [g, u] of a.index.entries()) expect(u).toBeCloseTo(1000 + 8 * b.index[g], 9);
    const slopes = (of: typeof a): number[] => of.components[0].expert.z1.estimate;
    for (const [g, value] of slopes(a).entries()) expect(value).toBeCloseTo(slopes(b)[g]!, 4);
  });

  it.each([
    ["binomial", "y ~ z1 + trials(trials) | x1"],
    ["negative-binomial", "y ~ z1 + offset(log_size) | x1"],
  ] as const)("fits %s experts, with bands, and writes their page", async (family, formula) => {
    const { table } = simulateVarying({ family, n: 400, seed: 3 });
    const file = write(`${family}.csv`, formatCsv(table));
    const model = ["--formula", formula, "--index", "u", "--components", "2", "--family", family];
    const more = ["--bandwidth", "0.5", "--grid", "0.1:0.9:0.2", "--bands", "--json", "--report"];
    const { code, stdout, stderr } = await on(file, ...model, ...more, "--out", path(family));
    expect(code, stderr).toBeLessThan(2);
    const [first] = JSON.parse(stdout).components;
    expect(Object.keys(first.dispersion)).toEqual(family === "binomial" ? [] : ["log size"]);
    expect(readFileSync(path(family, "report.html"), "utf8")).toContain(
      "Coefficients of the experts",
    );
  });

  it("prints tests, values and the bandwidth", async () => {
    const { code, stdout } = await run("--test", "all", "--bootstrap", "0");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^No problems found/);
    expect(stdout).toMatch(/^all +\d+\.\d{3}/m);
    expect(stdout).toMatch(/^gate: x1 /m);
    expect(stdout).toMatch(/^Bandwidth 0\.250 of the range of u .* given/m);
    const quiet = await run("--quiet");
    expect(quiet.stdout.trim().split("\n")).toHaveLength(1);
  });
});

describe("what varying cannot use", () => {
  const TRIALS = [
    "--formula",
    "s ~ z1 + trials(trials) | x1",
    ...MODEL.slice(2),
    "--family",
    "binomial",
  ];
  const bad: [string, readonly string[], ...RegExp[]][] = [
    ["no index", ["--formula", "y ~ z1", "--components", "2"], /--index must be given/],
    ["no formula", ["--index", "u", "--components", "2"], /--formula must be given/],
    ["no column of the index", [...MODEL.slice(0, 2), "--index", "v", "--components", "2"], /"v"/],
    ["an index of text", [...MODEL.slice(0, 2), "--index", "word", "--components", "2"], /"word"/],
    ["a constant index", [...MODEL.slice(0, 2), "--index", "one", "--components", "2"], /"one"/],
    ["too many experts", ["--formula", "y ~ z1", "--index", "u", "--components", "11"], /1 to 10/],
    ["a grid beyond the index", [...MODEL, "--grid", "0:2:0.1"], /--grid/, /0:2:0\.1/],
    ["a grid backwards", [...MODEL, "--grid", "0.9:0.1:0.1"], /--grid/],
    ["a grid of words", [...MODEL, "--grid", "fine"], /--grid/, /fine/],
    ["a grid without step", [...MODEL, "--grid", "0:1:0"], /--grid/],
    ["a bandwidth of 0", [...MODEL, "--bandwidth", "0"], /--bandwidth/, /> 0/],
    ["a bandwidth beyond the index", [...MODEL, "--bandwidth", "2"], /at most 1/, /got 2;/],
    [
      "a bandwidth in units of the index",
      [...MODEL.slice(0, 2), "--index", "day", "--components", "2", "--bandwidth", "2"],
      /2 in units of day, which runs from 11\.04 to 17\.99, is 0\.287/,
    ],
    [
      "a bandwidth beyond it, of several numbers",
      [...MODEL, "--components", "1:2", "--bandwidth", "2"],
      /at most 1/,
    ],
    [
      "the response as index",
      [...MODEL.slice(0, 2), "--index", "y", "--components", "2"],
      /another column than the response/,
    ],
    [
      "the index in the formula",
      ["--formula", "y ~ z1 + u | x1", ...MODEL.slice(2)],
      /must not hold the index u/,
    ],
    ["more successes than trials", [...TRIALS, "--bandwidth", "0.3"], /13 of 12 in row 8/],
    ["no experts", ["--formula", "y ~ z1", "--index", "u", "--components", "0"], /--components/],
    [
      "a test of an expert that is not there",
      [...MODEL, "--test", "expert3:z1"],
      /2 experts/,
      /expert 3/,
    ],
    ["differences without bands", [...MODEL, "--contrasts"], /--contrasts must come with --bands/],
    [
      "differences by bootstrap",
      [...MODEL, "--bands", "--band-kind", "bootstrap", "--contrasts"],
      /coefficients alone/,
    ],
    ["probabilities at no rows", [...MODEL, "--bands", "--gate-at", "nowhere.csv"], /nowhere\.csv/],
    ["a bandwidth that sees no rows", [...MODEL, "--bandwidth", "0.0001"], /larger bandwidth/],
    ["a term that is not there", [...MODEL, "--constant", "gate:w"], /--constant/, /x1/, /gate:w/],
    ["a term of no part", [...MODEL, "--constant", "x1"], /expert:term/],
    ["a test of nothing", [...MODEL, ...KERNEL, "--test", "expert:w"], /experts:z1/],
    ["a test of no part", [...MODEL, "--test", "z1"], /--test/, /z1/],
    ["a level alone", [...MODEL, "--level", "0.9"], /--bands/],
    ["replicates alone", [...MODEL, "--bootstrap", "99"], /--test/],
    ["too few replicates", [...MODEL, "--test", "all", "--bootstrap", "5"], /19/],
    ["counts that are not", [...MODEL, "--family", "negative-binomial"], /whole number ≥ 0/],
    ["a family that cannot", [...MODEL, "--family", "poisson"], /gaussian, binomial/],
    ["a report without a folder", [...MODEL, "--report"], /--out/],
  ];

  it.each(bad)("%s", async (_name, argv, ...says) => {
    const lines = text.trim().split("\n");
    const added = (line: string, i: number): string =>
      `1,a${i % 3},${11 + 7 * Number(line.split(",")[1])},${i === 8 ? 13 : i % 12},12`;
    const more = lines.map(
      (line, i) => `${line},${i === 0 ? "one,word,day,s,trials" : added(line, i)}`,
    );
    const { code, stdout, stderr } = await on(write("more.csv", more.join("\n")), ...argv);
    expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: "" });
    expect(stderr.trim().split("\n")).toHaveLength(1);
    for (const words of says) expect(stderr).toMatch(words);
  });
});
