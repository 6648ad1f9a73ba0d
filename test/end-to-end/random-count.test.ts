import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseTable } from "../../src/data/parse-table.ts";
import { chainFiles, exampleCsv, type Outcome, runCli, scratchFolder } from "../helpers/cli.ts";

const { path, write, remove } = scratchFolder();
const MODEL = ["--formula", "y ~ x | x", "--components", "poisson(1)", "--max-components", "4"];
const SETTINGS = [
  ...["--chains", "3", "--warmup", "60", "--draws", "100", "--seed", "4", "--workers", "1"],
];

const fitting = (...more: string[]): Promise<Outcome> =>
  runCli(["fit", path("data.csv"), ...MODEL, ...SETTINGS, ...more]);
const json = ({ stdout }: Outcome) => JSON.parse(stdout);
const timeless = (outcome: Outcome) => ({ ...json(outcome), timing: undefined });
const sum = (of: Record<string, number>) => Object.values(of).reduce((a, b) => a + b);

let fitted: Outcome;

beforeAll(async () => {
  write("data.csv", exampleCsv(40));
  write("new.csv", "x\n-0.5\n0.5\n");
  fitted = await fitting("--workers", "2", "--json", "--report", "--out", path("run"));
}, 60_000);

afterAll(remove);

describe("fit --json with a prior on the number of experts", () => {
  it("has the posterior of the number, its errors and the acceptance of each move", () => {
    expect(fitted.code, fitted.stderr).toBeLessThan(2);
    const { posteriorK, mcseK, posteriorKplus, acceptance, componentsGiven } = json(fitted);
    const numbers = ["1", "2", "3", "4"];
    for (const of of [posteriorK, mcseK, posteriorKplus]) expect(Object.keys(of)).toEqual(numbers);
    expect(sum(posteriorK)).toBeCloseTo(1, 10);
    expect(sum(posteriorKplus)).toBeCloseTo(1, 10);
    for (const number of numbers) {
      if (posteriorK[number] > 0 && posteriorK[number] < 1) {
        expect(mcseK[number]).toBeGreaterThan(0);
      }
    }
    for (const move of ["gate", "birth", "death", "split", "merge", "empties"]) {
      expect(acceptance[move]).toBeGreaterThanOrEqual(0);
      expect(acceptance[move]).toBeLessThanOrEqual(1);
    }
    expect(posteriorK[componentsGiven]).toBe(Math.max(...(Object.values(posteriorK) as number[])));
  });

  it("writes the report, with the section on the number of experts", () => {
    const html = readFileSync(path("run", "report.html"), "utf8");
    expect(html).toContain('<section id="count">');
    expect(html).toContain('<section id="count-moves">');
    expect(readFileSync(path("run", "summary.json"), "utf8")).toBe(fitted.stdout);
  });

  it("is stopped and continued to the same draws, with another number of workers", async () => {
    const argv = ["--out", path("stopped"), "--json"];
    const stopped = await runCli(
      ["fit", path("data.csv"), ...MODEL, ...SETTINGS, ...argv],
      AbortSignal.abort(),
    );
    expect(stopped.code).toBe(1);
    expect(timeless(await fitting(...argv, "--resume"))).toEqual(timeless(fitted));
    expect(chainFiles(path("stopped"))).toEqual(chainFiles(path("run")));
  });
});

describe("a run with a random number of experts", () => {
  it("is judged the same by summary", async () => {
    expect(timeless(await runCli(["summary", path("run"), "--json"]))).toEqual(timeless(fitted));
  });

  it("is told in words: the number, the moves, and what components are given", async () => {
    const { stdout } = await runCli(["summary", path("run")]);
    expect(stdout).toMatch(/\nNumber of experts\nK = \d with probability /);
    expect(stdout).toMatch(/births [\d.]+%, deaths [\d.]+%,\ssplits/);
    const given = json(fitted).componentsGiven;
    if (json(fitted).components.length > 0) expect(stdout).toContain(`Given K = ${given} expert`);
  });

  it("predicts over all numbers, and components given the likeliest: it says so", async () => {
    const argv = ["predict", path("run"), path("new.csv")];
    const { code, stdout, stderr } = await runCli(argv);
    expect(code).toBe(0);
    const columns = [...parseTable(stdout).columns.keys()];
    const given = json(fitted).componentsGiven;
    const told = await runCli([...argv, "--json"]);
    if (columns.includes("p_component_1")) {
      expect(columns).toContain(`p_component_${given}`);
      expect(columns).not.toContain(`p_component_${given + 1}`);
      expect(stderr).toContain(`are given the likeliest number, ${given}`);
      expect(json(told).componentsGiven).toBe(given);
    } else expect(stderr).toContain("probabilities of components are left out");
    expect(json(told).rows).toHaveLength(2);
  });

  it("simulates, from posterior and prior, with as many experts as it drew", async () => {
    for (const from of ["posterior", "prior"]) {
      const simulated = json(
        await runCli(["simulate", "--run", path("run"), "--from", from, "--json"]),
      );
      expect(simulated.rows).toHaveLength(40);
      expect(simulated.theta.length).toBe(simulated.gamma.length);
      expect(simulated.theta.length).toBeLessThanOrEqual(4);
    }
  });

  it("has log-likelihoods of every draw", async () => {
    await runCli(["summary", path("run"), "--pointwise", path("pointwise.csv"), "--quiet"]);
    expect(parseTable(readFileSync(path("pointwise.csv"), "utf8")).rows).toBe(300);
  });
});

describe("explain with a prior on the number of experts", () => {
  const sweepOf = async (...more: string[]): Promise<string[]> =>
    json(await runCli(["explain", path("data.csv"), ...MODEL, "--json", ...more])).sweep;

  it("lists the moves of auto, one by one, with how often each is tried", async () => {
    const round = ["experts", expect.stringMatching(/^birth-death, \d+ times$/), "allocate"];
    expect(await sweepOf()).toEqual([
      "translate",
      "permute",
      expect.stringMatching(/^experts \(in one sweep of 8 where .* are used\)$/),
      expect.stringMatching(/^gate \(in one sweep of 8 where .* are used\)$/),
      "collapsed split-merge, in every sweep of warm-up and on average every twentieth after it",
      "empties, on average in every fourth sweep",
      expect.stringMatching(
        /^jumps and Hamiltonian moves of all parameters, allocations summed out, where/,
      ),
      expect.stringMatching(/^birth-death, \d+ times$/),
      expect.stringMatching(/^split-merge, \d times$/),
      "allocate",
      ...Array.from({ length: 4 }, () => round).flat(),
    ]);
    expect(await sweepOf("--sampler", "auto")).toEqual(await sweepOf());
  });

  it("lists those of another sampler, and how that updates the gate", async () => {
    expect(await sweepOf("--sampler", "reversible-jump")).not.toContainEqual(
      expect.stringContaining("empties"),
    );
    const { stdout } = await runCli(["explain", path("data.csv"), ...MODEL, "--sampler", "mfm"]);
    expect(stdout).toMatch(/\nupdate of gate +Metropolis given latent exponential levels/);
    expect(stdout).toMatch(/\none sweep +translate\n +permute\n +experts\n +gate given levels\n/);
  });
});

describe("the recipe of docs/random-k.md", () => {
  const page = readFileSync("docs/random-k.md", "utf8");
  const blockOf = (language: string): string =>
    page.split(`\`\`\`${language}\n`)[1]!.split("```")[0]!;
  const commands = blockOf("sh").trim().split("\n");

  it("runs command by command, here with fewer sweeps, and prints what the page shows", async () => {
    write("prior.json", blockOf("json"));
    write("recipe.csv", readFileSync("test/reference/random-k/k2.csv"));
    const files: Record<string, string> = {
      "data.csv": path("recipe.csv"),
      "prior.json": path("prior.json"),
      "new.csv": path("new.csv"),
      run: path("recipe"),
      "2000": "150",
    };
    const told: string[] = [];
    for (const command of commands) {
      const words = command.match(/"[^"]*"|\S+/g)!.map((word) => word.replaceAll('"', ""));
      const brief = words[1] === "fit" ? ["--warmup", "100", "--workers", "1"] : [];
      const argv = [...words.slice(1).map((word) => files[word] ?? word), ...brief];
      const { code, stdout, stderr } = await runCli(argv);
      expect(code, `${command}\n${stderr}`).toBeLessThan(2);
      told.push(stdout);
    }
    expect(commands.map((command) => command.split(" ")[1])).toEqual([
      "explain",
      "fit",
      "summary",
      "predict",
    ]);
    const [head, columns] = [/^Number of experts$/m, /^K +prior +posterior +posterior of K\+$/m];
    for (const words of [head, columns]) {
      expect(blockOf("text")).toMatch(words);
      expect(told[1]).toMatch(words);
      expect(told[2]).toMatch(words);
    }
  });
});
