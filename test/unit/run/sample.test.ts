import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, describe, expect, it } from "vitest";
import { gibbs } from "../../../samplers/gibbs.ts";
import { SamplerError, UsageError } from "../../../src/core/errors.ts";
import type { Run } from "../../../src/core/run.ts";
import { runChain } from "../../../src/run/chain.ts";
import type { Executor } from "../../../src/run/executor.ts";
import { openRun } from "../../../src/run/open-run.ts";
import type { ChainProgress } from "../../../src/run/progress.ts";
import { sample } from "../../../src/run/sample.ts";
import type { SampleOptions } from "../../../src/run/sample-options.ts";
import { serial } from "../../../src/run/serial.ts";
import { threads } from "../../../src/run/threads.ts";
import { smallModel, smallOptions, smallTable } from "./small.ts";

const base = mkdtempSync(join(tmpdir(), "moebius-sample-"));
afterAll(() => rmSync(base, { recursive: true }));

const table = smallTable();
const options: SampleOptions = { ...smallOptions, executor: serial() };
const run = (more: SampleOptions = {}) => sample(smallModel, table, { ...options, ...more });
const whole = await run();

/** In this process; each chain stops after so many iterations of this session. */
function stoppingAfter(iterations: number): Executor {
  return serial((job, control) => {
    let left = iterations;
    return runChain(job, { ...control, shouldStop: () => left-- <= 0 });
  });
}

/** Everything about a run that may not depend on where, when and how often it ran. */
function result({ draws, chains, settings, model, data }: Run) {
  return { draws, settings, model, data, chains: chains.map(({ seconds: _, ...rest }) => rest) };
}

describe("sampling a real model", () => {
  it("gives the draws that were asked for, by name", () => {
    expect(whole.chains.map(({ status }) => status)).toEqual(["complete", "complete", "complete"]);
    expect(whole.chains.map(({ start }) => start)).toEqual(["kmeans", "random", "kmeans"]);
    expect(whole.draws.chains.map(({ iterations }) => iterations)).toEqual([25, 25, 25]);
    const width = whole.draws.variables.length;
    for (const { values } of whole.draws.chains) {
      expect(values).toHaveLength(25 * width);
      expect(values.every(Number.isFinite)).toBe(true);
    }
  });

  it("gives the same bytes in this thread and on 1, 2 and 4 worker threads", async () => {
    for (const workers of [1, 2, 4]) {
      const threaded = await run({ executor: threads({ workers }) });
      expect(result(threaded)).toEqual(result(whole));
    }
  });

  it("continues a stopped run, in warm-up too and many times, to the draws of one that was not", async () => {
    for (const stops of [[0], [4], [9, 1], [10, 20], [11, 3, 30], [59]]) {
      const out = join(base, `stops-${stops.join("-")}`);
      for (const [index, iterations] of stops.entries()) {
        const stopped = await run({
          executor: stoppingAfter(iterations),
          out,
          resume: index > 0,
        });
        expect(stopped.chains.map(({ status }) => status)).toEqual([
          "partial",
          "partial",
          "partial",
        ]);
        expect(openRun(out).status).toBe("partial");
        expect(result(openRun(out).run)).toEqual(result(stopped));
      }
      const finished = await run({ out, resume: true });
      expect(result(finished)).toEqual(result(whole));
      const opened = openRun(out);
      expect(opened.status).toBe("complete");
      expect(result(opened.run)).toEqual(result(whole));
      expect(opened.table).toEqual(table);
    }
  });

  it("continues a complete run when more draws are asked for, and not when fewer are", async () => {
    const out = join(base, "longer");
    await run({ out });
    const longer = await run({ out, resume: true, draws: 40 });
    expect(result(longer)).toEqual(result(await run({ draws: 40 })));
    await expect(run({ out, resume: true })).rejects.toThrow(
      /`draws` must be at least .* \(40\); got 25/,
    );
  });

  it("keeps the command that makes the draws, that of the last session", async () => {
    const out = join(base, "command");
    expect((await run({ out, command: "moebius fit a" })).command).toBe("moebius fit a");
    expect(openRun(out).run.command).toBe("moebius fit a");
    await run({ out, resume: true, draws: 30, command: "moebius fit b" });
    expect(openRun(out).run.command).toBe("moebius fit b");
    await run({ out, resume: true, draws: 35 });
    expect("command" in openRun(out).run).toBe(false);
    expect("command" in whole).toBe(false);
  });

  it("names what differs when a run cannot be continued", async () => {
    const out = join(base, "differs");
    await run({ out, executor: stoppingAfter(5) });
    const differing = (more: SampleOptions) => run({ out, resume: true, ...more });
    await expect(differing({ seed: 9 })).rejects.toThrow(/seed: 4 there, 9 now/);
    await expect(differing({ thin: 1, warmup: 1 })).rejects.toThrow(/warmup: .*; thin: /);
    await expect(differing({ starts: ["prior"] })).rejects.toThrow(
      /starts: kmeans, random, kmeans/,
    );
    await expect(
      sample({ ...smallModel, components: 3 }, table, { ...options, out, resume: true }),
    ).rejects.toThrow(/model: /);
    const other = { ...options, out, resume: true, source: "b.csv" };
    await expect(sample(smallModel, smallTable(8), other)).rejects.toThrow(
      /differs in data: table \(\d+ rows, SHA-256 \w{8}…\) there, b.csv \(\d+ rows, .*; model: /,
    );
    const { message } = await sample(smallModel, smallTable(8), other).catch((error) => error);
    expect(message.length).toBeLessThan(600);
    await expect(differing({ source: "moved.csv" })).resolves.toBeDefined();
    await expect(differing({})).resolves.toBeDefined();
  });

  it("leaves a readable folder when the process is killed, and continues it to the same draws", async () => {
    const script = join(base, "killed.cjs");
    await build({
      entryPoints: [new URL("./workers/killed.ts", import.meta.url).pathname],
      outfile: script,
      bundle: true,
      platform: "node",
      alias: { debug: "./scripts/no-debug.cjs" },
      logLevel: "error",
    });
    for (const [index, moment] of ["1", "2", "3"].entries()) {
      const out = join(base, `killed-${index}`);
      expect(() => execFileSync(process.execPath, [script, out, moment])).toThrow(
        expect.objectContaining({ signal: "SIGKILL" }),
      );
      const { status, run: left } = openRun(out);
      expect(status).toBe("partial");
      expect(left.draws.chains.length).toBeLessThan(3);
      expect(left.seconds).toBeGreaterThan(0);
      for (const { chain, iterations, values } of left.draws.chains) {
        const same = whole.draws.chains[chain - 1]!.values;
        const known = Math.min(iterations, 25) * left.draws.variables.length;
        expect(values.subarray(0, known)).toEqual(same.subarray(0, known));
      }
      expect(result(await run({ out, resume: true }))).toEqual(result(whole));
    }
  });

  it("ignores what was written behind the last checkpoint", async () => {
    const out = join(base, "behind");
    await run({ out, executor: stoppingAfter(40) });
    const before = result(openRun(out).run);
    writeFileSync(join(out, "chain-1.bin"), Buffer.alloc(1001, 7), { flag: "a" });
    writeFileSync(join(out, "run.json.tmp"), '{"prog');
    expect(result(openRun(out).run)).toEqual(before);
    expect(result(await run({ out, resume: true }))).toEqual(result(whole));
    expect(readdirSync(out).sort()).toEqual(
      [1, 2, 3]
        .flatMap((c) => [`chain-${c}.bin`, `chain-${c}.checkpoint.json`])
        .concat("data.csv", "run.json"),
    );
    const bytes = readFileSync(join(out, "chain-1.bin"));
    expect(bytes.length).toBe(25 * whole.draws.variables.length * 8);
  });
});

describe("chains that fail", () => {
  const failing = (chains: readonly number[]) =>
    serial(function* (job, control) {
      if (chains.includes(job.chain)) {
        const failure = { message: `chain ${job.chain} failed`, details: { chain: job.chain } };
        return { chain: job.chain, status: "failed", failure };
      }
      return yield* runChain(job, control);
    });

  it("are reported, kept out of the others' way, and tried again when the run is continued", async () => {
    const out = join(base, "failing");
    const partly = await run({ executor: failing([2]), out });
    expect(partly.chains.map(({ status }) => status)).toEqual(["complete", "failed", "complete"]);
    expect(partly.chains[1]!.error).toBe("chain 2 failed");
    expect(partly.draws.chains.map(({ chain }) => chain)).toEqual([1, 3]);
    expect(result(openRun(out).run)).toEqual(result(partly));
    expect(result(await run({ out, resume: true }))).toEqual(result(whole));
  });

  it("throw the first failure when all do", async () => {
    const all = run({ executor: failing([1, 2, 3]) });
    await expect(all).rejects.toThrow(new SamplerError("chain 1 failed", { chain: 1 }));
  });
});

describe("what is asked for", () => {
  it.each([
    [{ chains: 0 }, "`chains` must be a whole number ≥ 1; got 0"],
    [{ draws: 2.5 }, "`draws` must be a whole number ≥ 1; got 2.5"],
    [{ warmup: -1 }, "`warmup` must be a whole number ≥ 0; got -1"],
    [{ thin: Number.NaN }, "`thin` must be a whole number ≥ 1; got NaN"],
    [{ seed: 2 ** 53 }, "`seed` must be a whole number ≥ 0; got 9007199254740992"],
    [{ workers: 0 }, "`workers` must be a whole number ≥ 1; got 0"],
    [{ starts: [] }, "`starts` must be one or more of kmeans, em, random, prior; got none"],
    [{ starts: ["em", "luck"] }, "must be one or more of kmeans, em, random, prior; got luck"],
    [{ resume: true }, "`resume` must come with `out`; name the folder of the run"],
    [{ resume: true, overwrite: true, out: "x" }, "only one of `resume` and `overwrite`"],
  ])("must make sense: %j", async (more, message) => {
    const attempt = run(more);
    await expect(attempt).rejects.toThrow(UsageError);
    await expect(attempt).rejects.toThrow(message);
  });

  it("may hold a sampler as built; its start is that of every chain", async () => {
    const { starts: _, ...others } = options;
    const sampler = gibbs({ gateUpdate: "polya-gamma", start: "prior" });
    const built = await sample(smallModel, table, { ...others, sampler });
    expect(built.settings.sampler).toBe("gibbs");
    expect(built.settings.samplerOptions).toEqual({ gateUpdate: "polya-gamma" });
    expect(new Set(built.chains.map(({ start }) => start))).toEqual(new Set(["prior"]));
  });

  it("must be known to the sampler, before a folder is made", async () => {
    const out = join(base, "never");
    await expect(run({ out, sampler: "gibs" })).rejects.toThrow(/sampler must be one of/);
    await expect(run({ out, samplerOptions: { gateUpdate: "luck" } })).rejects.toThrow(/luck/);
    expect(readdirSync(base)).not.toContain("never");
  });

  it("is shown by whoever is told the progress", async () => {
    const seen: ChainProgress[][] = [];
    const calls: string[] = [];
    await run({
      progress: {
        start: ({ chains }) => void calls.push(`start ${chains}`),
        update: (chains) => void seen.push([...chains]),
        stop: () => void calls.push("stop"),
      },
    });
    expect(calls).toEqual(["start 3", "stop"]);
    const last = seen.at(-1)!;
    expect(last.map(({ phase }) => phase)).toEqual(["complete", "complete", "complete"]);
    expect(last.map(({ draws, iteration }) => [draws, iteration])).toEqual(
      new Array(3).fill([25, 60]),
    );
    for (const { logLikelihood, rate } of last) {
      expect(logLikelihood).toBeLessThan(1e6);
      expect(rate).toBeGreaterThan(0);
    }
  });
});
