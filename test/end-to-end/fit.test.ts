import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chainFiles, exampleCsv, type Outcome, runCli } from "../helpers/cli.ts";
import {
  exampleFit,
  json,
  MODEL,
  PATIENCE,
  ROWS,
  SETTINGS,
  timeless,
} from "../helpers/example-fit.ts";

const { path, write, remove, fitting } = exampleFit();
let fitted: Outcome;

beforeAll(async () => {
  fitted = await fitting("--workers", "2", "--json", "--report", "--out", path("run"));
}, PATIENCE);

afterAll(remove);

describe("fit --json", () => {
  it("prints one object with the keys of the contract", () => {
    const found = json(fitted);
    const { verdict, problems, variables, components, relabelling, elpd, timing } = found;
    expect(["ok", "problems"]).toContain(verdict);
    for (const problem of problems) expect(Object.keys(problem)).toEqual(["code", "message"]);
    expect(Object.keys(variables[0])).toEqual(
      "name mean median sd mad q5 q95 rhat ess_bulk ess_tail mcse_mean".split(" "),
    );
    expect(components).toHaveLength(2);
    expect(components[0]).toMatchObject({
      weight: expect.any(Number),
      coefficients: { "(Intercept)": ESTIMATE, x: ESTIMATE, groupb: ESTIMATE, groupc: ESTIMATE },
      sd: ESTIMATE,
      gate: { "(Intercept)": ESTIMATE, x: ESTIMATE },
    });
    expect(relabelling).toMatchObject({ method: expect.any(String), loss: expect.any(Number) });
    expect(elpd).toMatchObject({ loo: { elpd: expect.any(Number) } });
    expect(timing.seconds).toBeGreaterThan(0);
    expect(found.seed).toBe(4);
    expect(found.version).toEqual(expect.any(String));
  });

  it("names the label-invariant variables as everywhere", () => {
    const names = json(fitted).variables.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(INVARIANT));
  });

  it("says in its exit code whether there are problems", () => {
    const { verdict, problems } = json(fitted);
    expect(fitted.code).toBe(verdict === "ok" ? 0 : 1);
    expect(problems.length > 0).toBe(verdict === "problems");
  });

  it("sends progress to stderr, and nothing with --quiet", async () => {
    expect(fitted.stderr).toContain("sampling 3 chains of 160 iterations, seed 4");
    const quiet = await fitting("--json", "--quiet");
    expect(quiet.stderr).toBe("");
    expect(timeless(quiet)).toEqual(timeless(fitted));
  });

  it("prints the same with one worker, but for the time", async () => {
    expect(timeless(await fitting("--json", "--workers", "1"))).toEqual(timeless(fitted));
  });

  it("prints something else for another seed", async () => {
    const other = json(await fitting("--json", "--seed", "5"));
    expect(other.variables[0].mean).not.toBe(json(fitted).variables[0].mean);
  });

  it("takes --burnin for --warmup", async () => {
    const brief = ["--chains", "1", "--draws", "30", "--json"];
    const command = ["fit", path("data.csv"), ...MODEL, ...brief];
    const one = await runCli([...command, "--burnin", "20"]);
    expect(timeless(one)).toEqual(timeless(await runCli([...command, "--warmup", "20"])));
  });

  it("counts the rows that it leaves out", async () => {
    write("missing.csv", exampleCsv(ROWS).replace("-1,", "NA,"));
    const { stdout } = await runCli(["fit", path("missing.csv"), ...MODEL, ...SETTINGS, "--json"]);
    const codes = JSON.parse(stdout).notes.map(({ code }: { code: string }) => code);
    expect(codes).toContain("dropped-rows");
  });
});

const ESTIMATE = {
  mean: expect.any(Number),
  sd: expect.any(Number),
  q5: expect.any(Number),
  q95: expect.any(Number),
};
const INVARIANT = [
  ...["log_likelihood", "log_posterior", "K", "K_filled", "gate_entropy"],
  ...["sd_sorted[1]", "sd_sorted[2]"],
];

describe("a run folder", () => {
  it("keeps what was printed, the report and the verdict", () => {
    expect(readFileSync(path("run", "summary.json"), "utf8")).toBe(fitted.stdout);
    const page = readFileSync(path("run", "report.html"), "utf8");
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toContain('<section id="comparison">');
    const record = JSON.parse(readFileSync(path("run", "run.json"), "utf8"));
    expect(record.status).toBe("complete");
    expect(record.verdict.ok).toBe(fitted.code === 0);
  });

  it("is written by a model file as by the same formula", async () => {
    const { stdout } = await runCli(["explain", path("data.csv"), ...MODEL, "--json"]);
    write("model.json", JSON.stringify(JSON.parse(stdout).model));
    const model = ["--model", path("model.json"), "--out", path("by-model"), "--quiet"];
    await runCli(["fit", path("data.csv"), ...model, ...SETTINGS]);
    expect(chainFiles(path("by-model"))).toEqual(chainFiles(path("run")));
  });

  it("can be replaced where --overwrite says so", async () => {
    const replace = ["--out", path("by-model"), "--overwrite", "--quiet"];
    const { code } = await fitting(...replace, "--draws", "40");
    expect(code).toBeLessThan(2);
    expect(existsSync(path("by-model", "summary.json"))).toBe(true);
    expect(json(await runCli(["summary", path("by-model"), "--json"])).seed).toBe(4);
  });
});

describe("a run that is stopped", () => {
  it("before its first draw says so, keeps the folder, and is continued by --resume", async () => {
    const argv = [
      "fit",
      path("data.csv"),
      ...MODEL,
      ...SETTINGS,
      "--out",
      path("stopped"),
      "--json",
    ];
    const stopped = await runCli(argv, AbortSignal.abort());
    expect(stopped.code).toBe(1);
    expect(json(stopped).problems[0].code).toBe("partial-run");
    expect(json(stopped).problems[0].message).toContain("--resume if it is kept in a folder");
    expect((await runCli(["summary", path("stopped")])).code).toBe(1);
    const resumed = await runCli([...argv, "--resume"]);
    const { command } = JSON.parse(readFileSync(path("stopped", "run.json"), "utf8"));
    expect(command).toMatch(/^moebius fit \S+ --formula '.*' --components 2 /);
    expect(command).toMatch(/ --json$/);
    expect(timeless(resumed)).toEqual(timeless(fitted));
    expect(chainFiles(path("stopped"))).toEqual(chainFiles(path("run")));
  });
});
