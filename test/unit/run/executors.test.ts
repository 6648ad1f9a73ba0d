import { describe, expect, it } from "vitest";
import type { ModelDeclaration } from "../../../src/core/model.ts";
import type { Executor } from "../../../src/run/executor.ts";
import type { Block, ChainOutcome, Job } from "../../../src/run/job.ts";
import { serial } from "../../../src/run/serial.ts";
import { threads } from "../../../src/run/threads.ts";
import { drawsOf, toyKernel, toyRunner, toySettings, toyTable } from "./toy.ts";

const model: ModelDeclaration = {
  experts: { family: "gaussian", formula: "y ~ 1" },
  gate: { kind: "constant" },
  components: 0,
};

const jobs = (count: number, components = 0, warmup = toySettings.warmup): Job[] =>
  Array.from({ length: count }, (_, c) => ({
    model: { ...model, components },
    table: toyTable,
    settings: { ...toySettings, warmup },
    chain: c + 1,
    start: "toy",
  }));

/** Runs jobs and keeps everything that is told meanwhile. */
async function watch(executor: Executor, list: readonly Job[], signal?: AbortSignal) {
  const blocks: Block[] = [];
  const ended: ChainOutcome[] = [];
  const outcomes = await executor(list, {
    signal,
    onBlock: (block) => void blocks.push(block),
    onOutcome: (outcome) => void ended.push(outcome),
  });
  const of = (chain: number) => drawsOf(blocks.filter((block) => block.chain === chain));
  return { outcomes, ended, of };
}

describe("the serial executor", () => {
  it("runs every chain and tells its blocks and its end", async () => {
    const { outcomes, ended, of } = await watch(serial(toyRunner()), jobs(3));
    expect(outcomes.map(({ status }) => status)).toEqual(["complete", "complete", "complete"]);
    expect(ended).toEqual(outcomes);
    for (const chain of [1, 2, 3]) expect(of(chain)).toHaveLength(100);
    expect(of(1)).not.toEqual(of(2));
  });

  it("keeps the other chains when one fails", async () => {
    const fails = () =>
      toyKernel(() => {
        throw new Error("no");
      });
    const run = toyRunner((job) => (job.chain === 2 ? fails() : toyKernel()));
    const { outcomes, of } = await watch(serial(run), jobs(3));
    expect(outcomes.map(({ status }) => status)).toEqual(["complete", "failed", "complete"]);
    expect(of(3)).toHaveLength(100);
  });

  it("stops when aborted, also from outside while a chain runs", async () => {
    const abort = new AbortController();
    const endless = jobs(2).map((job) => ({
      ...job,
      settings: { ...toySettings, draws: 1e9 },
    }));
    setTimeout(() => abort.abort(), 50);
    const { outcomes } = await watch(serial(toyRunner()), endless, abort.signal);
    expect(outcomes.map(({ status }) => status)).toEqual(["partial", "partial"]);
  });
});

const file = new URL("./workers/one-dies.mjs", import.meta.url);

describe("worker threads", () => {
  it.each([
    [1, "its worker thread ended with exit code 3"],
    [2, "out of luck"],
  ])(
    "report a thread that dies as its chain's failure (way %i) and lose no other",
    async (way, why) => {
      const { outcomes, ended, of } = await watch(threads({ workers: 2, file }), jobs(4, way));
      expect(outcomes.map(({ status }) => status)).toEqual([
        "complete",
        "failed",
        "complete",
        "complete",
      ]);
      const { failure } = outcomes[1]!;
      expect(failure?.message).toContain(`chain 2 (seed 5) was lost after iteration 3: ${why}`);
      expect(failure?.details).toEqual({ seed: 5, chain: 2, iteration: 3 });
      expect(of(2)).toEqual(new Array(15).fill(2));
      for (const chain of [1, 3, 4]) expect(of(chain)).toEqual(new Array(25).fill(chain));
      expect(ended).toHaveLength(4);
    },
  );

  it("run one chain after another in one thread", async () => {
    const seen: number[] = [];
    await threads({ workers: 1, file })(jobs(3), {
      onBlock: ({ logLikelihood }) => void seen.push(logLikelihood),
      onOutcome() {},
    });
    expect(seen).toHaveLength(6);
    expect(new Set(seen).size).toBe(1);
  });

  it("stop every chain when aborted, those that wait without starting them", async () => {
    const abort = new AbortController();
    const { outcomes, of } = await (async () => {
      const blocks: Block[] = [];
      const outcomes = await threads({ workers: 2, file })(jobs(3, 0, 99), {
        signal: abort.signal,
        onBlock(block) {
          blocks.push(block);
          if (blocks.length === 2) abort.abort();
        },
        onOutcome() {},
      });
      return { outcomes, of: (c: number) => blocks.filter(({ chain }) => chain === c) };
    })();
    expect(outcomes.map(({ status }) => status)).toEqual(["partial", "partial", "partial"]);
    expect(of(1).length).toBe(2);
    expect(of(3).length).toBe(0);
  });

  it("stop every chain and reject when the receiver of the blocks fails", async () => {
    const run = threads({ workers: 2, file })(jobs(4, 0, 99), {
      onBlock() {
        throw new Error("disk full");
      },
      onOutcome() {},
    });
    await expect(run).rejects.toThrow("disk full");
  });
});
