import { setImmediate } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { StoppedError, UsageError } from "../core/errors.ts";
import { askThread, builtFile, endThread, startThread } from "../run/thread.ts";
import { version } from "../run/version.ts";
import { runTask } from "./run-task.ts";
import type { ExperimentFolder } from "./store.ts";

/** Where tasks are done, each lane one at a time; when a promise resolves, the result is kept. */
export interface Lanes {
  readonly lanes: readonly ((index: number) => Promise<void>)[];
  close(): Promise<unknown>;
}

/** Worker threads, or with one worker this thread, unless threads are asked for. */
export function openLanes(folder: ExperimentFolder, workers: number, alwaysThreads = false): Lanes {
  if (!(Number.isSafeInteger(workers) && workers >= 1)) {
    throw new UsageError(`\`workers\` must be a whole number ≥ 1; got ${workers}`);
  }
  if (workers === 1 && !alwaysThreads)
    return { lanes: [here(folder)], close: async () => undefined };
  const threads = Array.from({ length: workers }, () => thread(folder));
  return {
    lanes: threads.map((worker) => (index) => ask(worker, index)),
    close: () => Promise.all(threads.map(endThread)),
  };
}

function here(folder: ExperimentFolder) {
  return async (index: number): Promise<void> => {
    await setImmediate();
    folder.keep(index, runTask(folder.plan, index));
  };
}

const thread = ({ path, plan }: ExperimentFolder): Worker =>
  startThread(builtFile("experiment-worker.js"), { path, plan, version });

async function ask(worker: Worker, index: number): Promise<void> {
  try {
    await askThread(worker, index);
  } catch (error) {
    const { message } = error as Error;
    const what = `task ${index} was lost: ${message}; the same command goes on from here`;
    throw new StoppedError(what, { index }, error);
  }
}
