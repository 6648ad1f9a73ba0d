import { parentPort, workerData } from "node:worker_threads";
import type { Seat } from "./row-memory.ts";
import { HELP, help, prepare, type SetupOf, type TaskKind, type TaskOf } from "./task-kinds.ts";
import { serve } from "./thread.ts";

/** What a worker thread runs: tasks of one kind, one message each, then help for others; an error ends the thread. */

type Task = TaskOf<TaskKind>;
const { kind, setup, seat }: { kind: TaskKind; setup: SetupOf<TaskKind>; seat?: Seat } = workerData;
let run: ((task: Task) => unknown) | undefined;
serve((task: Task | typeof HELP) => {
  if (task === HELP) {
    if (seat !== undefined) help(kind, setup, seat);
    return;
  }
  run ??= prepare(kind, setup, seat);
  parentPort?.postMessage(run(task));
});
