import { parentPort, workerData } from "node:worker_threads";
import { runChain } from "./chain.ts";
import { BLOCK_SECONDS } from "./drive.ts";
import type { Job } from "./job.ts";
import type { WorkerData, WorkerMessage } from "./messages.ts";
import { serve } from "./thread.ts";

/** What a worker thread runs: one chain after another, told block by block to the thread that started it. */

const { stop }: WorkerData = workerData;

function say(message: WorkerMessage): void {
  const transferred = message.kind === "block" ? [message.block.values.buffer] : [];
  parentPort?.postMessage(message, transferred);
}

serve((job: Job) => {
  const blocks = runChain(job, {
    now: () => performance.now() / 1000,
    shouldStop: () => Atomics.load(stop, 0) !== 0,
    blockSeconds: BLOCK_SECONDS,
  });
  let next = blocks.next();
  while (next.done !== true) {
    say({ kind: "block", block: next.value });
    next = blocks.next();
  }
  say({ kind: "done", outcome: next.value });
});
