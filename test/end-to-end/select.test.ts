import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gaussian, moe, readTable, StoppedError, select, softmax } from "../../src/index.ts";
import { runCli } from "../helpers/cli.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "moebius-select-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const DATA = "test/reference/random-k/tiny.csv";
const SHORT = ["--chains", "2", "--warmup", "100", "--draws", "200", "--workers", "1"];

test("one command puts every route to the number of experts in one object and on one page", async () => {
  const out = join(folder, "choice");
  const args = ["select", DATA, "--formula", "y ~ x | x", "--max", "3", "--out", out, ...SHORT];
  const { code, stdout, stderr } = await runCli([...args, "--json"]);
  expect([0, 1]).toContain(code);
  const summary = JSON.parse(stdout);
  const sum = (byK: Record<string, number>) => Object.values(byK).reduce((a, b) => a + b, 0);
  for (const key of ["posteriorK", "posteriorKplus"]) expect(sum(summary[key])).toBeCloseTo(1, 9);
  expect(Object.keys(summary.mcseK)).toEqual(["1", "2", "3"]);
  expect(summary.priors).toHaveLength(3);
  for (const { posteriorK, fromEvidence } of summary.priors) {
    expect(sum(posteriorK)).toBeCloseTo(1, 9);
    const values = Object.values<{ value: number }>(fromEvidence).map(({ value }) => value);
    expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  }
  for (const key of ["logEvidence", "evidenceOfDraws", "loo", "waic", "variationalBound"]) {
    expect(Object.keys(summary[key])).toEqual(["1", "2", "3"]);
  }
  const rows = (await readTable(DATA)).rows;
  for (const K of ["1", "2", "3"]) {
    // Intercept, slope and sd of an expert; intercept and slope of a gate's row.
    const df = 3 * Number(K) + 2 * (Number(K) - 1);
    const fit = -2 * summary.logLikelihood[K];
    expect(summary.aic[K]).toBeCloseTo(fit + 2 * df, 9);
    expect(summary.bic[K]).toBeCloseTo(fit + df * Math.log(rows), 9);
    expect(summary.icl[K]).toBeGreaterThanOrEqual(summary.bic[K]);
    expect(typeof summary.degenerate[K]).toBe("boolean");
  }
  // Below the evidence, both within their errors.
  const { value: bound, se } = summary.variationalBound["1"];
  const evidence = summary.logEvidence["1"];
  expect(bound).toBeLessThan(evidence.value + 4 * Math.hypot(se, evidence.se) + 1e-6);
  // One conjugate expert: both are exact. With two, both are estimates of one number.
  expect(summary.evidenceOfDraws["1"].value).toBeCloseTo(evidence.value, 9);
  const { value: drawn, se: ofDrawn } = summary.evidenceOfDraws["2"];
  const error = Math.hypot(ofDrawn, summary.logEvidence["2"].se);
  expect(Math.abs(drawn - summary.logEvidence["2"].value)).toBeLessThan(4 * error);
  expect(readFileSync(join(out, "select.json"), "utf8")).toBe(stdout);
  expect(readFileSync(join(out, "select.html"), "utf8")).toContain("How many experts?");
  expect(readFileSync(join(out, "select.html"), "utf8")).toContain(
    "Maximum likelihood, priors left out",
  );
  expect(stderr).toContain("select.html");
  expect((await runCli(["summary", join(out, "run"), "--quiet"])).code).toBeLessThan(2);
});

test("a choice that was stopped goes on where it was, and ends as if it never had been", async () => {
  const table = await readTable(DATA);
  const model = moe({ experts: gaussian("y ~ x"), gate: softmax("~ x"), components: 2 });
  const options = { max: 2, chains: 2, warmup: 50, draws: 100, seed: 4, workers: 1 };
  const whole = await select(model, table, options);

  const out = join(folder, "stopped");
  const controller = new AbortController();
  const onStage = (stage: string) => {
    if (stage.startsWith("2 of")) controller.abort();
  };
  const stopped = select(model, table, { ...options, out, onStage, signal: controller.signal });
  await expect(stopped).rejects.toThrow(StoppedError);
  await expect(stopped).rejects.toThrow(`runs are kept in ${out}; resume there`);
  const begun = readFileSync(join(out, "run", "chain-1.bin"));
  const resumed = await select(model, table, { ...options, out, resume: true });
  expect(resumed.summary).toEqual(whole.summary);
  expect(readFileSync(join(out, "run", "chain-1.bin"))).toEqual(begun);
});

test.each([
  [["--resume"], "--resume must come with --out"],
  [["--out", DATA], "--out must be a folder"],
  [["--max", "1"], "--max must be a whole number"],
  [["--max", "3", "--max-components", "3"], "--max and --max-components say the same"],
  [
    ["--components", "uniform(1,3)", "--max", "5"],
    "--components says how many experts there may be, and so does --max; say it once",
  ],
])("bad input is refused: %j", async (options, message) => {
  const { code, stdout, stderr } = await runCli([
    "select",
    DATA,
    "--formula",
    "y ~ x | x",
    ...options,
    ...SHORT,
  ]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(message);
});
