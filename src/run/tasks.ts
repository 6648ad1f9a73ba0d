import { isPlain } from "../../models/known/index.ts";
import type { CallSizes } from "../../samplers/em/row-parts.ts";
import { UsageError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import { rowBoards } from "./row-memory.ts";
import type { ResultOf, SetupOf, TaskKind, TaskOf } from "./task-kinds.ts";
import { inThisThread, inThreads } from "./task-pool.ts";

export interface TaskOptions {
  /** Threads; 1, the default, computes in this thread. No result depends on it. */
  readonly workers?: number | undefined;
  /** Told after every task how many are done of how many. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
  /** Once aborted, tasks under way are finished and no other is begun. */
  readonly signal?: AbortSignal | undefined;
  /** Of tasks that threads without one can help with: how large their calls are at most. */
  readonly calls?: CallSizes | undefined;
  /** The built file that each thread runs; there is another one only in tests. */
  readonly file?: URL | undefined;
}

/**
 * Does tasks of one kind; results are in the order of the tasks, undefined where none was begun before the signal.
 * Throws a SamplerError with the message of the first task that throws.
 */
export async function runTasks<K extends TaskKind>(
  kind: K,
  setup: SetupOf<K>,
  tasks: readonly TaskOf<K>[],
  { workers = 1, progress, signal, calls, file }: TaskOptions = {},
): Promise<(ResultOf<K> | undefined)[]> {
  if (!(Number.isSafeInteger(workers) && workers >= 1)) {
    throw new UsageError(`\`workers\` must be a whole number ≥ 1; got ${workers}`);
  }
  // Functions, as of a known density, do not go to other threads.
  const { model } = setup as { readonly model?: ModelDeclaration };
  const canGo = model === undefined || isPlain(model);
  const lanes = canGo ? Math.min(workers, tasks.length) : 1;
  const boards = canGo && calls !== undefined && workers > 1 ? rowBoards(lanes, calls) : undefined;
  const count = boards === undefined ? lanes : workers;
  const pool =
    count > 1 ? inThreads(kind, setup, count, { boards, file }) : inThisThread(kind, setup);
  const results = new Array<ResultOf<K> | undefined>(tasks.length).fill(undefined);
  const queue = tasks.entries();
  let done = 0;
  const work = async ({ run, help }: (typeof pool.lanes)[number]): Promise<void> => {
    for (const [t, task] of queue) {
      if (signal?.aborted === true) break;
      results[t] = await run(task);
      progress?.(++done, tasks.length);
    }
    help();
  };
  try {
    await Promise.race([Promise.all(pool.lanes.map(work)), pool.lost]);
    return results;
  } finally {
    await pool.close();
  }
}
