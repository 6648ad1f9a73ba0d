import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseTable } from "../../src/data/parse-table.ts";
import { chainFiles, exampleCsv, type Outcome, runCli, scratchFolder } from "../helpers/cli.ts";

const { path, write, remove } = scratchFolder();
const ROWS = 40;
const PATIENCE = 60_000;
const MODEL = ["--formula", "y ~ x + group | x", "--components", "2"];
const SETTINGS = ["--chains", "3", "--warmup", "60", "--draws", "100", "--seed", "4"];

const fitting = (...more: string[]): Promise<Outcome> =>
  runCli(["fit", path("data.csv"), ...MODEL, ...SETTINGS, ...more]);

/** The one object that a command prints with --json. */
const json = ({ stdout, stderr }: Outcome) => {
  expect(stdout, stderr).toMatch(/^\{[\s\S]*\}\n$/);
  return JSON.parse(stdout);
};

const timeless = ({ stdout }: Outcome) => ({ ...JSON.parse(stdout), timing: undefined });

let fitted: Outcome;

beforeAll(async () => {
  write("data.csv", exampleCsv(ROWS));
  write("new.csv", "x,group\n-0.5,a\n0,b\n0.5,c\n");
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

  it.each(["1", "4"])("prints the same with %s workers, but for the time", async (workers) => {
    expect(timeless(await fitting("--json", "--workers", workers))).toEqual(timeless(fitted));
  });

  it("prints something else for another seed", async () => {
    const other = json(await fitting("--json", "--seed", "5"));
    expect(other.variables[0].mean).not.toBe(json(fitted).variables[0].mean);
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
    expect(readFileSync(path("run", "report.html"), "utf8")).toMatch(/^<!doctype html>/);
    const record = JSON.parse(readFileSync(path("run", "run.json"), "utf8"));
    expect(record.status).toBe("complete");
    expect(record.verdict.ok).toBe(fitted.code === 0);
  });

  it.each(["summary", "diagnose"])("is judged the same by %s", async (command) => {
    const again = await runCli([command, path("run"), "--json"]);
    expect(again.code).toBe(fitted.code);
    expect(timeless(again)).toEqual(timeless(fitted));
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

describe("results in words", () => {
  it("are the verdict, findings, variables, components, and where the report is", async () => {
    const { stdout } = await runCli(["report", path("run"), "--out", path("report.html")]);
    const order = ["\nPosterior summary\n", "\nvariable ", "\nComponents\n", "\nReport: "];
    const places = order.map((words) => stdout.indexOf(words));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    expect(stdout.trimEnd().endsWith(path("report.html"))).toBe(true);
    expect(readFileSync(path("report.html"), "utf8")).toMatch(/^<!doctype html>/);
  });

  it("are only the verdict with --quiet", async () => {
    const { stdout } = await runCli(["summary", path("run"), "--quiet"]);
    expect(stdout).toMatch(/^[^\n]+\n$/);
  });

  it("label components by the method and against the component asked for", async () => {
    const asked = ["--relabel", "ecr", "--gate-reference", "1", "--json"];
    const told = json(await runCli(["summary", path("run"), ...asked]));
    expect(told.relabelling.method).toBe("ecr");
    expect(told.components[0].gate).toEqual({});
    expect(Object.keys(told.components[1].gate)).toContain("x");
    const report = ["report", path("run"), "--out", path("labels.html"), ...asked];
    expect(timeless(await runCli(report))).toEqual(
      timeless(await runCli(["summary", path("run"), ...asked])),
    );
    const brief = ["--chains", "1", "--warmup", "20", "--draws", "30"];
    const fit = await runCli(["fit", path("data.csv"), ...MODEL, ...brief, ...asked]);
    expect(json(fit).relabelling.method).toBe("ecr");
  });

  it("come with the log-likelihood of every row and draw where --pointwise asks for it", async () => {
    const argv = ["summary", path("run"), "--pointwise", path("pointwise.csv")];
    const { stdout } = await runCli(argv);
    expect(stdout.trimEnd().endsWith(`Log-likelihood: ${path("pointwise.csv")}`)).toBe(true);
    const written = parseTable(readFileSync(path("pointwise.csv"), "utf8"));
    expect(written.rows).toBe(300);
    expect([...written.columns.keys()].slice(0, 3)).toEqual([".chain", ".iteration", "log_lik[1]"]);
    expect(written.columns.size).toBe(2 + ROWS);
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

describe("predict and simulate", () => {
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

describe("explain", () => {
  it("says rows, terms, priors with every default, and updates", async () => {
    const { code, stdout } = await runCli(["explain", path("data.csv"), ...MODEL]);
    expect(code).toBe(0);
    for (const words of ["40 rows", "groupb", "inverse-gamma(shape ", "laplace, polya-gamma"]) {
      expect(stdout).toContain(words);
    }
  });
});

describe("diagnose", () => {
  it("judges draws of other software", async () => {
    const lines = [".chain,.iteration,mu"];
    for (const chain of [1, 2]) {
      for (let t = 1; t <= 200; t++) lines.push(`${chain},${t},${Math.sin(97 * t * t + chain)}`);
    }
    const { code, stdout } = await runCli([
      "diagnose",
      write("foreign.csv", `${lines.join("\n")}\n`),
      "--json",
    ]);
    const { verdict, variables } = JSON.parse(stdout);
    expect(code).toBe(verdict === "ok" ? 0 : 1);
    expect(variables[0].name).toBe("mu");
  });
});

describe("a bug of ours", () => {
  it("is said to be one, in one line and with an exit code of its own", async () => {
    const { code, stderr } = await runCli(["--version"], undefined, () => {
      throw new Error("the ink\nis dry");
    });
    expect(code).toBe(70);
    expect(stderr).toMatch(/^moebius: this is a bug in moebius: the ink is dry; .+\n$/);
  });
});

describe("help", () => {
  it("lists every command, and of each its options", async () => {
    const { code, stdout } = await runCli(["--help"]);
    expect(code).toBe(0);
    for (const name of "fit explain summary diagnose report predict simulate".split(" ")) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, "m"));
      const help = await runCli([name, "--help"]);
      expect(help.code).toBe(0);
      expect(help.stdout).toContain("--json");
      expect(help.stdout).toContain("--quiet");
    }
  });

  it("comes on stderr with exit code 2 where no command is named", async () => {
    const { code, stdout, stderr } = await runCli([]);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("Usage: moebius");
  });
});
