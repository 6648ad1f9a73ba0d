import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Executor, RunHooks } from "./executor.ts";
import type { ChainFailure, ChainOutcome, Job } from "./job.ts";
import type { WorkerData, WorkerMessage } from "./messages.ts";

export interface ThreadOptions {
  /** Threads at most; a chain has one of its own. */
  readonly workers: number;
  /** The built file that each thread runs; there is another one only in tests. */
  readonly file?: URL;
}

/** Runs each chain in a worker thread of its own; a thread that dies is that chain's failure and no other's. */
export function threads({ workers, file = workerFile() }: ThreadOptions): Executor {
  return async (jobs, hooks) => {
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const halt = (): void => void Atomics.store(stop, 0, 1);
    if (hooks.signal?.aborted === true) halt();
    hooks.signal?.addEventListener("abort", halt);
    const outcomes = new Array<ChainOutcome>(jobs.length);
    const queue = jobs.entries();
    const lane = async (): Promise<void> => {
      for (const [index, job] of queue) {
        const outcome: ChainOutcome =
          Atomics.load(stop, 0) === 0
            ? await runInThread(file, job, stop, hooks)
            : { chain: job.chain, status: "partial" };
        hooks.onOutcome(outcome);
        outcomes[index] = outcome;
      }
    };
    try {
      const lanes = await Promise.allSettled(Array.from({ length: workers }, lane));
      for (const result of lanes) if (result.status === "rejected") throw result.reason;
    } finally {
      hooks.signal?.removeEventListener("abort", halt);
    }
    return outcomes;
  };
}

/** Beside this module once both are bundled; the last build when this module runs from its source. */
function workerFile(): URL {
  const place = import.meta.url.endsWith(".ts") ? "../../dist/worker.js" : "./worker.js";
  return new URL(place, import.meta.url);
}

/** Rejects only when a hook throws; then the other chains are told to stop too. */
function runInThread(
  file: URL,
  job: Job,
  stop: Int32Array,
  hooks: RunHooks,
): Promise<ChainOutcome> {
  const { chain } = job;
  return new Promise((resolve, reject) => {
    const workerData: WorkerData = { job, stop };
    const worker = new Worker(fileURLToPath(file), { workerData, execArgv: [] });
    let iteration = job.resumeFrom?.iteration ?? 0;
    let reason = "";
    worker.on("message", (message: WorkerMessage) => {
      if (message.kind === "done") return resolve(message.outcome);
      iteration = message.block.checkpoint.iteration;
      try {
        hooks.onBlock(message.block);
      } catch (error) {
        Atomics.store(stop, 0, 1);
        reject(error);
        void worker.terminate();
      }
    });
    const note = (error: Error): void => {
      reason ||= error.message;
    };
    worker.on("error", note);
    worker.on("messageerror", (error) => {
      note(error);
      void worker.terminate();
    });
    // Only now has everything arrived that the thread had said.
    worker.on("exit", (code) => {
      const why = reason || `its worker thread ended with exit code ${code}`;
      resolve({ chain, status: "failed", failure: lostThread(job, iteration, why) });
    });
  });
}

function lostThread({ chain, settings }: Job, done: number, reason: string): ChainFailure {
  const { seed } = settings;
  return {
    message: `chain ${chain} (seed ${seed}) was lost after iteration ${done}: ${reason}; a run kept in a folder can be resumed`,
    details: { seed, chain, iteration: done },
  };
}
