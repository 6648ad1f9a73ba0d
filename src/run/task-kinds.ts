import { bootstrapTasks } from "./bootstrap-task.ts";
import { climbTasks, helpClimbs } from "./climb-task.ts";
import { countTestTasks } from "./count-test-task.ts";
import { evidenceTasks } from "./evidence-task.ts";
import { fitTestTasks } from "./fit-test-task.ts";
import { refitTasks } from "./refit-task.ts";
import type { Seat } from "./row-memory.ts";
import { varyingBootstrapTasks } from "./varying-bootstrap-task.ts";
import { varyingFoldTasks } from "./varying-fold-task.ts";
import { varyingTestTasks } from "./varying-test-task.ts";

/**
 * What worker threads can be asked to do, by name: a function of a set-up, which every thread is sent once, that returns
 * a function of a task. Set-up, task and result are plain data; a result depends on nothing else.
 */
export const taskKinds = {
  bootstrap: bootstrapTasks,
  climb: climbTasks,
  countTest: countTestTasks,
  evidence: evidenceTasks,
  fitTest: fitTestTasks,
  refit: refitTasks,
  varyingBootstrap: varyingBootstrapTasks,
  varyingFold: varyingFoldTasks,
  varyingTest: varyingTestTasks,
} as const;

type Kinds = typeof taskKinds;
export type TaskKind = keyof Kinds;
export type SetupOf<K extends TaskKind> = Parameters<Kinds[K]>[0];
export type TaskOf<K extends TaskKind> = Parameters<ReturnType<Kinds[K]>>[0];
export type ResultOf<K extends TaskKind> = ReturnType<ReturnType<Kinds[K]>>;

/** The function that does tasks of a kind, one after another. */
export function prepare<K extends TaskKind>(kind: K, setup: SetupOf<K>, seat?: Seat) {
  return (taskKinds[kind] as (of: SetupOf<K>, seat?: Seat) => unknown)(setup, seat) as (
    task: TaskOf<K>,
  ) => ResultOf<K>;
}

/** Kinds whose tasks can be helped by threads that have none: a function that does so until it is stopped. */
const helpers: { readonly [K in TaskKind]?: (setup: SetupOf<K>, seat: Seat) => void } = {
  climb: helpClimbs,
};

/** The message that asks a thread for that. */
export const HELP = "help";

/** Helps other threads with their tasks of a kind. */
export function help<K extends TaskKind>(kind: K, setup: SetupOf<K>, seat: Seat): void {
  helpers[kind]?.(setup, seat);
}
