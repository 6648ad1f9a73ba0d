import { openLanes } from "./lanes.ts";
import type { ExperimentFolder } from "./store.ts";

/** How the tasks of an experiment are done here. */
export interface RunTasksOptions {
  /** Threads; 1, the default, works in this thread. No result depends on it. */
  readonly workers?: number;
  /** Told how many are done of how many, and the seconds that the rest may take. */
  readonly progress?: (done: number, total: number, eta: number) => void;
  /** Once aborted, tasks under way are finished and no other is begun. */
  readonly signal?: AbortSignal;
}

/** Does those of the tasks that are not done; results of earlier runs are left as they are. */
export async function runTasks(
  folder: ExperimentFolder,
  indices: readonly number[],
  { workers = 1, progress, signal }: RunTasksOptions = {},
): Promise<void> {
  const wanted = indices.filter((index) => !folder.has(index));
  if (wanted.length === 0) return;
  const { lanes, close } = openLanes(folder, Math.min(workers, wanted.length));
  const queue = wanted.values();
  const began = performance.now();
  let done = 0;
  const work = async (run: (index: number) => Promise<void>): Promise<void> => {
    for (const index of queue) {
      if (signal?.aborted === true) return;
      await run(index);
      done += 1;
      const each = (performance.now() - began) / 1000 / done;
      progress?.(
        indices.length - wanted.length + done,
        indices.length,
        each * (wanted.length - done),
      );
    }
  };
  try {
    await Promise.all(lanes.map(work));
  } finally {
    await close();
  }
}
