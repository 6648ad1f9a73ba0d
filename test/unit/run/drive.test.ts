import { describe, expect, it } from "vitest";
import { totalIterations } from "../../../src/run/job.ts";
import { collect, drawsOf, toyKernel, toyProgram, toySettings } from "./toy.ts";

const job = { chain: 1, settings: toySettings };
const whole = collect(job);

describe("a chain", () => {
  it("records one draw every `thin` iterations after warm-up", () => {
    expect(whole.outcome).toEqual({ chain: 1, status: "complete" });
    const last = whole.blocks.at(-1)!.checkpoint;
    expect(last.iteration).toBe(7 + 20 * 3);
    expect(last.draws).toBe(20);
    expect(drawsOf(whole.blocks)).toHaveLength(20 * 5);
    const everyIteration = collect({ chain: 1, settings: { ...toySettings, thin: 1, draws: 60 } });
    const kept = drawsOf(everyIteration.blocks).filter((_, j) => Math.floor(j / 5) % 3 === 2);
    expect(drawsOf(whole.blocks)).toEqual(kept);
  });

  it("counts proposals after warm-up only", () => {
    expect(whole.blocks.at(-1)!.checkpoint.acceptance["toy"]?.proposed).toBe(60);
  });

  it("draws the same however its blocks are cut", () => {
    for (const every of [0, 3, 11]) {
      const { blocks } = collect(job, { every });
      expect(blocks.length).toBeGreaterThan(1);
      expect(drawsOf(blocks)).toEqual(drawsOf(whole.blocks));
      let draws = 0;
      for (const block of blocks) {
        expect(block.firstDraw).toBe(draws);
        draws += block.values.length / 5;
        expect(block.checkpoint.draws).toBe(draws);
      }
    }
  });

  it("draws from the stream of its seed and number alone", () => {
    const other = collect({ chain: 2, settings: toySettings });
    const reseeded = collect({ chain: 1, settings: { ...toySettings, seed: 6 } });
    const more = collect({ chain: 1, settings: { ...toySettings, chains: 9 } });
    expect(drawsOf(other.blocks)).not.toEqual(drawsOf(whole.blocks));
    expect(drawsOf(reseeded.blocks)).not.toEqual(drawsOf(whole.blocks));
    expect(drawsOf(more.blocks)).toEqual(drawsOf(whole.blocks));
  });

  it("continues from a checkpoint as if it had not stopped, wherever it stopped", () => {
    for (let stopAt = 0; stopAt < totalIterations(toySettings); stopAt++) {
      const first = collect(job, { stopAt, every: 5 });
      expect(first.outcome.status).toBe("partial");
      const resumeFrom = structuredClone(first.blocks.at(-1)!.checkpoint);
      expect(resumeFrom.iteration).toBe(stopAt);
      const second = collect({ ...job, resumeFrom }, { stopAt: 9 });
      const third = collect({ ...job, resumeFrom: second.blocks.at(-1)!.checkpoint });
      const pieces = [first, second, third].flatMap(({ blocks }) => drawsOf(blocks));
      expect(pieces).toEqual(drawsOf(whole.blocks));
      const { seconds: _, ...end } = third.blocks.at(-1)!.checkpoint;
      expect(end).toEqual({ ...whole.blocks.at(-1)!.checkpoint, seconds: undefined });
    }
  });

  it("goes on after its end when more draws are asked for", () => {
    const settings = { ...toySettings, draws: 31 };
    const resumeFrom = whole.blocks.at(-1)!.checkpoint;
    const more = collect({ chain: 1, settings, resumeFrom });
    const longer = collect({ chain: 1, settings });
    expect([...drawsOf(whole.blocks), ...drawsOf(more.blocks)]).toEqual(drawsOf(longer.blocks));
  });
});

describe("a chain that meets an error", () => {
  it("keeps the draws before it and says where it happened", () => {
    const fail = (iteration: number) => {
      if (iteration === 30) throw new Error("the matrix must be positive definite");
      return undefined;
    };
    const { blocks, outcome } = collect(job, { program: toyProgram(toyKernel(fail)) });
    expect(outcome.status).toBe("failed");
    expect(outcome.failure?.message).toBe(
      "chain 1 (seed 5) failed at iteration 30: the matrix must be positive definite",
    );
    expect(outcome.failure?.details).toMatchObject({ seed: 5, chain: 1, iteration: 30 });
    const kept = drawsOf(blocks);
    expect(kept).toHaveLength(Math.floor((29 - 7) / 3) * 5);
    expect(kept).toEqual(drawsOf(whole.blocks).slice(0, kept.length));
    expect(blocks.at(-1)!.checkpoint.iteration).toBe(29);
  });

  it("leaves a checkpoint of the last good iteration, from which the rest is as it would have been", () => {
    const program = toyProgram(
      toyKernel((t) => (t === 30 ? { log_likelihood: Number.NaN } : undefined)),
    );
    const { blocks } = collect(job, { program });
    const rest = collect({ ...job, resumeFrom: blocks.at(-1)!.checkpoint });
    expect([...drawsOf(blocks), ...drawsOf(rest.blocks)]).toEqual(drawsOf(whole.blocks));
    expect(rest.blocks.at(-1)!.checkpoint.acceptance).toEqual(
      whole.blocks.at(-1)!.checkpoint.acceptance,
    );
  });

  it("is stopped by a log-likelihood that is NaN, in warm-up too, and by a log-posterior", () => {
    for (const at of [3, 20]) {
      const program = toyProgram(
        toyKernel((t) => (t === at ? { log_likelihood: Number.NaN } : undefined)),
      );
      const { outcome } = collect(job, { program });
      expect(outcome.failure?.message).toMatch(/log_likelihood must be a number; got NaN/);
      expect(outcome.failure?.details["iteration"]).toBe(at);
    }
    const program = toyProgram();
    const recorder = {
      ...program.recorder,
      record: (_: unknown, __: unknown, row: Float64Array) =>
        void row.set([1, Number.NaN, 0, 0, 0]),
    };
    const { outcome } = collect(job, { program: { ...program, recorder } });
    expect(outcome.failure?.message).toMatch(/log_posterior must be a number; got NaN/);
  });

  it("is an outcome without blocks when it cannot even start", () => {
    const kernel = {
      ...toyKernel(),
      init: () => {
        throw new Error("no start");
      },
    };
    const { blocks, outcome } = collect(job, { program: toyProgram(kernel) });
    expect(blocks).toHaveLength(0);
    expect(outcome.failure?.message).toBe("chain 1 (seed 5) failed at iteration 1: no start");
  });
});
