import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { isPlain } from "../../models/known/index.ts";
import type { Table } from "../core/data.ts";
import { SamplerError, UsageError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import { shareArrays } from "./share.ts";
import { prepare, type ResultOf, type SetupOf, type TaskKind, type TaskOf } from "./task-kinds.ts";

export interface TaskOptions {
  /** Threads; 1, the default, computes in this thread. No result depends on it. */
  readonly workers?: number | undefined;
  /** Told after every task how many are done of how many. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
  /** Once aborted, tasks under way are finished and no other is begun. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does tasks of one kind; results are in the order of the tasks, undefined where none was begun before the signal.
 * Throws a SamplerError with the message of the first task that throws.
 */
export async function runTasks<K extends TaskKind>(
  kind: K,
  setup: SetupOf<K>,
  tasks: readonly TaskOf<K>[],
  { workers = 1, progress, signal }: TaskOptions = {},
): Promise<(ResultOf<K> | undefined)[]> {
  if (!(Number.isSafeInteger(workers) && workers >= 1)) {
    throw new UsageError(`\`workers\` must be a whole number ≥ 1; got ${workers}`);
  }
  // Functions, as of a known density, do not go to other threads.
  const { model } = setup as { readonly model?: ModelDeclaration };
  const canGo = model === undefined || isPlain(model);
  const lanes = canGo ? Math.min(workers, tasks.length) : 1;
  const pool = lanes > 1 ? inThreads(kind, setup, lanes) : inThisThread(kind, setup);
  const results = new Array<ResultOf<K> | undefined>(tasks.length).fill(undefined);
  const queue = tasks.entries();
  let done = 0;
  const work = async (run: (typeof pool.lanes)[number]): Promise<void> => {
    for (const [t, task] of queue) {
      if (signal?.aborted === true) return;
      results[t] = await run(task);
      progress?.(++done, tasks.length);
    }
  };
  try {
    await Promise.all(pool.lanes.map(work));
    return results;
  } finally {
    await pool.close();
  }
}

/** Functions that do one task at a time each. */
interface Pool<T, R> {
  readonly lanes: readonly ((task: T) => Promise<R>)[];
  close(): Promise<unknown>;
}

/** Between tasks the event loop gets its turn. */
function inThisThread<K extends TaskKind>(
  kind: K,
  setup: SetupOf<K>,
): Pool<TaskOf<K>, ResultOf<K>> {
  const run = prepare(kind, setup);
  const lane = async (task: TaskOf<K>) => {
    await setImmediate();
    return run(task);
  };
  return { lanes: [lane], close: () => Promise.resolve() };
}

function inThreads<K extends TaskKind>(
  kind: K,
  setup: SetupOf<K>,
  count: number,
): Pool<TaskOf<K>, ResultOf<K>> {
  const workerData = { kind, setup: withSharedTable(setup) };
  const threads = Array.from(
    { length: count },
    () => new Worker(fileURLToPath(workerFile()), { workerData, execArgv: [] }),
  );
  return {
    lanes: threads.map((thread) => (task) => ask(thread, task) as Promise<ResultOf<K>>),
    close: () => Promise.all(threads.map((thread) => thread.terminate())),
  };
}

/** The set-up, its table in memory that all threads read. */
function withSharedTable<T>(setup: T): T {
  const { table } = setup as { readonly table?: Table };
  return table === undefined ? setup : { ...setup, table: shareArrays(table) };
}

function ask(worker: Worker, task: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void) => {
      worker.off("message", answered).off("error", failed).off("exit", ended);
      then();
    };
    const answered = (value: unknown) => settle(() => resolve(value));
    const failed = (error: Error) =>
      settle(() => reject(new SamplerError(error.message, {}, error)));
    const ended = (code: number) => failed(new Error(`a worker thread ended with code ${code}`));
    worker.on("message", answered).on("error", failed).on("exit", ended);
    worker.postMessage(task);
  });
}

/** Beside this module once both are bundled; the last build when this module runs from its source. */
function workerFile(): URL {
  const built = import.meta.url.endsWith(".ts") ? "../../dist/" : "./";
  return new URL(`${built}task-worker.js`, import.meta.url);
}
