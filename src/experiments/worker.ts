import { parentPort, workerData } from "node:worker_threads";
import { serve } from "../run/thread.ts";
import type { Plan } from "./plan.ts";
import { runTask } from "./run-task.ts";
import { experimentFolder } from "./store.ts";

/** What a worker thread runs: tasks of one plan, one message each; it keeps each result before it answers. */

const { path, plan, version }: { path: string; plan: Plan; version: string } = workerData;
const folder = experimentFolder(path, plan, version);
serve((index: number) => {
  folder.keep(index, runTask(plan, index));
  parentPort?.postMessage(index);
});
