import { parentPort, workerData } from "node:worker_threads";
import { prepare, type SetupOf, type TaskKind, type TaskOf } from "./task-kinds.ts";

/** What a worker thread runs: tasks of one kind, one message each; an error ends the thread. */

const { kind, setup }: { kind: TaskKind; setup: SetupOf<TaskKind> } = workerData;
const run = prepare(kind, setup);
parentPort?.on("message", (task: TaskOf<TaskKind>) => parentPort?.postMessage(run(task)));
