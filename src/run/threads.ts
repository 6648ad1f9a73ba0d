import type { Worker } from "node:worker_threads";
import type { Executor, RunHooks } from "./executor.ts";
import type { ChainFailure, ChainOutcome, Job } from "./job.ts";
import type { WorkerData, WorkerMessage } from "./messages.ts";
import { builtFile, endThread, startThread } from "./thread.ts";

export interface ThreadOptions {
  /** Threads at most; each runs one chain after another. */
  readonly workers: number;
  /** The built file that each thread runs; there is another one only in tests. */
  readonly file?: URL;
}

/**
 * Runs chains in worker threads; a thread that dies is the failure of its chain and of no other. A thread that has ended
 * one chain goes on with another: the engine has compiled by then what chains need.
 */
export function threads({ workers, file = builtFile("worker.js") }: ThreadOptions): Executor {
  return async (jobs, hooks) => {
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const halt = (): void => void Atomics.store(stop, 0, 1);
    if (hooks.signal?.aborted === true) halt();
    hooks.signal?.addEventListener("abort", halt);
    const outcomes = new Array<ChainOutcome>(jobs.length);
    const queue = jobs.entries();
    const lane = async (): Promise<void> => {
      const thread = keptThread(file, stop, hooks);
      for (const [index, job] of queue) {
        const outcome: ChainOutcome =
          Atomics.load(stop, 0) === 0
            ? await thread.run(job)
            : { chain: job.chain, status: "partial" };
        hooks.onOutcome(outcome);
        outcomes[index] = outcome;
      }
      await thread.end();
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

/** A thread that is started for the first job, and anew for the job after one that it died of. */
function keptThread(file: URL, stop: Int32Array, hooks: RunHooks) {
  const workerData: WorkerData = { stop };
  let worker: Worker | undefined;

  function started(): Worker {
    const fresh = startThread(file, workerData);
    fresh.once("exit", () => {
      worker = undefined;
    });
    return fresh;
  }

  return {
    run(job: Job): Promise<ChainOutcome> {
      worker ??= started();
      return runInThread(worker, job, stop, hooks);
    },
    async end(): Promise<void> {
      if (worker !== undefined) await endThread(worker);
    },
  };
}

/** Rejects only when a hook throws; then the other chains are told to stop too. */
function runInThread(
  worker: Worker,
  job: Job,
  stop: Int32Array,
  hooks: RunHooks,
): Promise<ChainOutcome> {
  const { chain } = job;
  return new Promise((resolve, reject) => {
    let iteration = job.resumeFrom?.iteration ?? 0;
    let reason = "";
    const listeners = {
      message(message: WorkerMessage): void {
        if (message.kind === "done") {
          settle(() => resolve(message.outcome));
          return;
        }
        iteration = message.block.checkpoint.iteration;
        try {
          hooks.onBlock(message.block);
        } catch (error) {
          Atomics.store(stop, 0, 1);
          settle(() => reject(error));
          void endThread(worker);
        }
      },
      error(error: Error): void {
        reason ||= error.message;
      },
      messageerror(error: Error): void {
        reason ||= error.message;
        void worker.terminate();
      },
      // Only now has everything arrived that the thread had said.
      exit(code: number): void {
        const why = reason || `its worker thread ended with exit code ${code}`;
        const failure = lostThread(job, iteration, why);
        settle(() => resolve({ chain, status: "failed", failure }));
      },
    };
    const settle = (then: () => void): void => {
      for (const [name, listener] of Object.entries(listeners)) worker.off(name, listener);
      then();
    };
    for (const [name, listener] of Object.entries(listeners)) worker.on(name, listener);
    worker.postMessage(job);
  });
}

function lostThread({ chain, settings }: Job, done: number, reason: string): ChainFailure {
  const { seed } = settings;
  return {
    message: `chain ${chain} (seed ${seed}) was lost after iteration ${done}: ${reason}; a run kept in a folder can be resumed`,
    details: { seed, chain, iteration: done },
  };
}
