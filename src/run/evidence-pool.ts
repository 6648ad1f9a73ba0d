import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Table } from "../core/data.ts";
import { SamplerError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import { type EvidenceTask, evidenceTasks } from "./evidence-task.ts";

/** Where replicates are computed; no number depends on it. */
export interface EvidencePool {
  /** How many tasks run at a time. */
  readonly lanes: number;
  run(lane: number, task: EvidenceTask): Promise<number>;
  close(): Promise<void>;
}

/** In this thread; between tasks the event loop gets its turn. */
export function evidenceHere(model: ModelDeclaration, table: Table): EvidencePool {
  const run = evidenceTasks(model, table);
  return {
    lanes: 1,
    async run(_, task) {
      await setImmediate();
      return run(task);
    },
    close: () => Promise.resolve(),
  };
}

/** In worker threads, one a lane. */
export function evidenceThreads(
  model: ModelDeclaration,
  table: Table,
  lanes: number,
  file = workerFile(),
): EvidencePool {
  const workers = Array.from(
    { length: lanes },
    () => new Worker(fileURLToPath(file), { workerData: { model, table }, execArgv: [] }),
  );
  return {
    lanes,
    run: (lane, task) => ask(workers[lane]!, task),
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function ask(worker: Worker, task: EvidenceTask): Promise<number> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void) => {
      worker.off("message", answered).off("error", failed).off("exit", ended);
      then();
    };
    const answered = (value: number) => settle(() => resolve(value));
    const failed = (error: Error) =>
      settle(() => reject(new SamplerError(error.message, { ...task }, error)));
    const ended = (code: number) => failed(new Error(`a worker thread ended with code ${code}`));
    worker.on("message", answered).on("error", failed).on("exit", ended);
    worker.postMessage(task);
  });
}

/** Beside this module once both are bundled; the last build when this module runs from its source. */
function workerFile(): URL {
  const built = import.meta.url.endsWith(".ts") ? "../../dist/" : "./";
  return new URL(`${built}evidence-worker.js`, import.meta.url);
}
