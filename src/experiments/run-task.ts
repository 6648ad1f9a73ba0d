import { MoebiusError } from "../core/errors.ts";
import { type CalibrationResult, calibrationTask } from "./calibration-task.ts";
import { type ContractionResult, contractionTask } from "./contraction-task.ts";
import { type CoverageResult, coverageTask } from "./coverage-task.ts";
import { checkIndex } from "./grid.ts";
import type { Plan } from "./plan.ts";

/** A task that ended in an error. */
export interface FailedTask {
  readonly status: "failed";
  readonly message: string;
}

export type TaskResult = ContractionResult | CalibrationResult | CoverageResult | FailedTask;

/**
 * Does one task of a plan, in this thread: its result depends on plan and index alone. An error of
 * the data or the fit is a result; throws a UsageError where there is no such task.
 */
export function runTask(plan: Plan, index: number): TaskResult {
  checkIndex(plan, index);
  try {
    if (plan.kind === "contraction") return contractionTask(plan, index);
    if (plan.kind === "calibration") return calibrationTask(plan, index);
    return coverageTask(plan, index);
  } catch (error) {
    if (!(error instanceof MoebiusError)) throw error;
    return { status: "failed", message: error.message };
  }
}
