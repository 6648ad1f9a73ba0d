import { bootstrapTasks } from "./bootstrap-task.ts";
import { climbTasks } from "./climb-task.ts";
import { countTestTasks } from "./count-test-task.ts";
import { evidenceTasks } from "./evidence-task.ts";
import { fitTestTasks } from "./fit-test-task.ts";
import { refitTasks } from "./refit-task.ts";
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
export function prepare<K extends TaskKind>(kind: K, setup: SetupOf<K>) {
  return (taskKinds[kind] as (of: SetupOf<K>) => unknown)(setup) as (
    task: TaskOf<K>,
  ) => ResultOf<K>;
}
