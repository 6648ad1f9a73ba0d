import { setImmediate } from "node:timers/promises";
import { runChain } from "./chain.ts";
import { BLOCK_SECONDS, type Control } from "./drive.ts";
import type { Executor, RunHooks } from "./executor.ts";
import type { Block, ChainOutcome, Job } from "./job.ts";

/** Runs a job to its end, a block at a time; `runChain` is the only one outside tests. */
export type ChainRunner = (job: Job, control: Control) => Generator<Block, ChainOutcome>;

/** Runs chains one after the other in this thread; between blocks the event loop gets its turn. */
export function serial(run: ChainRunner = runChain): Executor {
  return async (jobs, hooks) => {
    const outcomes: ChainOutcome[] = [];
    for (const job of jobs) {
      const stopped = hooks.signal?.aborted === true;
      const outcome: ChainOutcome = stopped
        ? { chain: job.chain, status: "partial" }
        : await runOne(run, job, hooks);
      hooks.onOutcome(outcome);
      outcomes.push(outcome);
    }
    return outcomes;
  };
}

async function runOne(run: ChainRunner, job: Job, hooks: RunHooks): Promise<ChainOutcome> {
  const blocks = run(job, {
    now: () => performance.now() / 1000,
    shouldStop: () => hooks.signal?.aborted === true,
    blockSeconds: BLOCK_SECONDS,
  });
  let next = blocks.next();
  while (next.done !== true) {
    hooks.onBlock(next.value);
    await setImmediate();
    next = blocks.next();
  }
  return next.value;
}
