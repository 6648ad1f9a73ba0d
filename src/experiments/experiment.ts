import { trueState } from "./coverage-task.ts";
import { countTasks } from "./grid.ts";
import { ownDesign } from "./own-design.ts";
import type { Plan } from "./plan.ts";
import { type RunTasksOptions, runTasks } from "./run-tasks.ts";
import type { ExperimentFolder } from "./store.ts";

/** Throws, before any task is done, where a user's model does not fit the design or the truth. */
export function checkFits(plan: Plan): void {
  if (plan.kind === "contraction") return;
  const { compiled } = ownDesign(plan.model, plan.design.columns);
  if (plan.kind === "coverage") trueState(plan, compiled);
}

/** Does all tasks of an experiment that are not done, in this process and its threads. */
export function runExperiment(
  folder: ExperimentFolder,
  options: RunTasksOptions = {},
): Promise<void> {
  const all = Array.from({ length: countTasks(folder.plan) }, (_, index) => index);
  return runTasks(folder, all, options);
}
