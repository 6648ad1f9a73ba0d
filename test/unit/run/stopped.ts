import { expect } from "vitest";
import type { Table } from "../../../src/core/data.ts";
import type { ModelDeclaration } from "../../../src/core/model.ts";
import { runChain } from "../../../src/run/chain.ts";
import { formatCheckpoint, parseCheckpoint } from "../../../src/run/checkpoint.ts";
import type { Block, Job } from "../../../src/run/job.ts";
import { drawsOf } from "./toy.ts";

/** A chain of a kernel that learns in warm-up. */
export function learningJob(
  { model, table, start }: { model: ModelDeclaration; table: Table; start: Job["start"] },
  sampler: string,
  warmup: number,
  draws: number,
): Job {
  const lengths = { chains: 1, warmup, draws, thin: 1, seed: 8 };
  return { model, table, settings: { sampler, samplerOptions: {}, ...lengths }, chain: 1, start };
}

function run(job: Job, until: number): Block[] {
  let left = until - (job.resumeFrom?.iteration ?? 0);
  return [...runChain(job, { now: () => 0, shouldStop: () => left-- <= 0, blockSeconds: 1 })];
}

/** Draws and moves are those of the whole chain, wherever it is stopped and continued; returns its last checkpoint. */
export function expectSameWhenStopped(job: Job, stops: readonly number[]): Block["checkpoint"] {
  const total = job.settings.warmup + job.settings.draws;
  const blocks = run(job, total);
  const whole = drawsOf(blocks);
  const last = blocks.at(-1)!.checkpoint;
  for (const stop of stops) {
    const first = run(job, stop);
    const resumeFrom = parseCheckpoint(formatCheckpoint(first.at(-1)!.checkpoint))!;
    const rest = run({ ...job, resumeFrom }, total);
    expect([...drawsOf(first), ...drawsOf(rest)]).toEqual(whole);
    expect(rest.at(-1)!.checkpoint.moves).toEqual(last.moves);
  }
  return last;
}
