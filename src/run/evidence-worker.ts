import { parentPort, workerData } from "node:worker_threads";
import type { Table } from "../core/data.ts";
import type { ModelDeclaration } from "../core/model.ts";
import { type EvidenceTask, evidenceTasks } from "./evidence-task.ts";

/** What a worker thread runs: replicates of evidences, one message each; an error ends the thread. */

const { model, table }: { model: ModelDeclaration; table: Table } = workerData;
const run = evidenceTasks(model, table);
parentPort?.on("message", (task: EvidenceTask) => parentPort?.postMessage(run(task)));
