import { closeSync, openSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../core/diagnostic.ts";
import { UsageError } from "../core/errors.ts";
import type { ExperimentSummary } from "../core/experiment.ts";
import { version } from "../run/version.ts";
import type { CalibrationResult } from "./calibration-task.ts";
import type { ContractionResult } from "./contraction-task.ts";
import type { CoverageResult } from "./coverage-task.ts";
import { countTasks } from "./grid.ts";
import type { FailedTask } from "./run-task.ts";
import type { ExperimentFolder } from "./store.ts";
import { summarizeContraction } from "./summarize-contraction.ts";
import { summarizeCalibration, summarizeCoverage } from "./summarize-own.ts";

/** What the results of a folder say, the same whoever computed them and in whatever order. */
export function summarizeExperiment(folder: ExperimentFolder): ExperimentSummary {
  const { plan } = folder;
  const tasks = countTasks(plan);
  let missing = 0;
  for (let index = 0; index < tasks; index++) missing += folder.has(index) ? 0 : 1;
  if (missing === tasks) {
    throw new UsageError(`${folder.path} must hold results; none of its ${tasks} tasks is done`, {
      path: folder.path,
    });
  }
  const found = ofPlan(folder, tasks);
  const findings = [...incomplete(missing, tasks), ...found.findings];
  const ok = findings.every(({ severity }) => severity !== "problem");
  const { name, seed } = plan;
  return {
    ...found,
    name,
    verdict: ok ? "ok" : "problems",
    findings,
    tasks,
    missing,
    seed,
    version,
  };
}

function ofPlan({ plan, read }: ExperimentFolder, tasks: number) {
  if (plan.kind === "contraction") {
    return summarizeContraction(plan, (index) => parsed<ContractionResult>(read(index)));
  }
  const all = <T>(): (T | FailedTask)[] =>
    Array.from({ length: tasks }, (_, index) => parsed<T>(read(index))).filter(
      (result) => result !== undefined,
    );
  return plan.kind === "calibration"
    ? summarizeCalibration(plan, all<CalibrationResult>())
    : summarizeCoverage(plan, all<CoverageResult>());
}

const parsed = <T>(text: string | undefined): T | FailedTask | undefined =>
  text === undefined ? undefined : JSON.parse(text);

function incomplete(missing: number, tasks: number): Finding[] {
  if (missing === 0) return [];
  const message =
    `${missing} of ${tasks} tasks are not done; what follows is of the others. ` +
    "Give moebius experiment the same plan and folder to go on.";
  return [{ code: "incomplete", severity: "problem", message }];
}

/** Writes all results into results.jsonl of the folder, a line a task, in their order; returns its path. */
export function gatherResults({ path, plan, read }: ExperimentFolder): string {
  const out = join(path, "results.jsonl");
  const temporary = `${out}.${process.pid}.tmp`;
  const file = openSync(temporary, "w");
  try {
    const tasks = countTasks(plan);
    for (let index = 0; index < tasks; index++) {
      const text = read(index);
      if (text !== undefined) writeSync(file, `${text}\n`);
    }
  } finally {
    closeSync(file);
  }
  renameSync(temporary, out);
  return out;
}
