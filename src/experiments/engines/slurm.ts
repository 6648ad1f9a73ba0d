import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { StoppedError, UsageError } from "../../core/errors.ts";
import { codeOf } from "../../run/files.ts";
import { countTasks } from "../grid.ts";
import type { ExperimentFolder } from "../store.ts";

/** How tasks are given to Slurm. */
export interface SlurmOptions {
  /** The program and its first arguments, such as node and the path of the command line. */
  readonly program: readonly string[];
  /** Further options of sbatch, such as "--partition=short". */
  readonly sbatch?: readonly string[];
  /** Tasks a job of the array; absent: as few as let the array have at most 1000 jobs. */
  readonly chunk?: number;
  /** Told after every array how many are done of how many. */
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Slurm's own limit on an array (MaxArraySize) is 1001 unless it was changed. */
const MOST_JOBS = 1000;

/** The script of a job array: each job does `chunk` tasks that follow one another. */
export function slurmScript(
  { path, plan }: ExperimentFolder,
  { program, sbatch = [], chunk = chunkFor(countTasks(plan)) }: SlurmOptions,
): string {
  const folder = resolve(path);
  const last = countTasks(plan) - 1;
  const words = [...program, "task", "--plan", join(folder, "plan.json"), "--out", folder];
  return `#!/bin/bash
#SBATCH --job-name=moebius
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=${join(folder, "slurm", "%a.log")}
${sbatch.map((option) => `#SBATCH ${option}\n`).join("")}set -eu
from=$((SLURM_ARRAY_TASK_ID * ${chunk}))
to=$((from + ${chunk - 1}))
if [ "$to" -gt ${last} ]; then to=${last}; fi
exec ${words.map(quoted).join(" ")} --index "$from:$to" --quiet
`;
}

/** The jobs of the array that still have something to do: "0-3,7". */
export function arrayOf(missing: readonly number[], chunk: number): string {
  const jobs = [...new Set(missing.map((index) => Math.floor(index / chunk)))].sort(
    (a, b) => a - b,
  );
  const parts: string[] = [];
  for (let at = 0; at < jobs.length; ) {
    let end = at;
    while (jobs[end + 1] === jobs[end]! + 1) end += 1;
    parts.push(end > at ? `${jobs[at]}-${jobs[end]}` : `${jobs[at]}`);
    at = end + 1;
  }
  return parts.join(",");
}

export const chunkFor = (tasks: number): number => Math.ceil(tasks / MOST_JOBS);

/**
 * Writes the script, submits the jobs that have something to do and waits for their end; again for
 * what a lost job has left, as long as that gets less. Throws a UsageError where sbatch is missing or
 * refuses, a StoppedError where jobs leave nothing.
 */
export async function runOnSlurm(folder: ExperimentFolder, options: SlurmOptions): Promise<void> {
  const total = countTasks(folder.plan);
  const chunk = options.chunk ?? chunkFor(total);
  mkdirSync(join(folder.path, "slurm"), { recursive: true });
  const script = join(folder.path, "slurm", "array.sh");
  writeFileSync(script, slurmScript(folder, { ...options, chunk }));
  chmodSync(script, 0o755);
  const stopped = () => options.signal?.aborted === true;
  let missing = folder.missing();
  while (missing.length > 0 && !stopped()) {
    const before = missing.length;
    await submit(script, arrayOf(missing, chunk), options.signal);
    missing = folder.missing();
    options.progress?.(total - missing.length, total);
    if (missing.length === before && !stopped()) {
      throw new StoppedError(
        `jobs must leave results; those that were submitted for ${before} tasks left none; ` +
          `look into ${join(folder.path, "slurm")}/*.log`,
        { missing: before },
      );
    }
  }
}

/** Submits an array and waits. A job that failed is no error here: what it left undone is seen in the folder. */
function submit(script: string, array: string, signal?: AbortSignal): Promise<void> {
  const child = spawn("sbatch", ["--wait", "--parsable", `--array=${array}`, script], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let job = "";
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    job += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const cancel = (): void => {
    const id = job.trim().split(";")[0];
    if (id) spawn("scancel", [id], { stdio: "ignore" }).on("error", () => undefined);
  };
  signal?.addEventListener("abort", cancel);
  return new Promise((done, fail) => {
    child.on("error", (cause) => {
      const why =
        codeOf(cause) === "ENOENT" ? "there is no sbatch on this machine" : `${cause.message}`;
      fail(
        new UsageError(
          `the engine slurm must have sbatch; ${why}; run where Slurm is, or submit ${script} there: ` +
            `sbatch --array=${array} ${script}`,
          { script },
          cause,
        ),
      );
    });
    child.on("close", (code) => {
      signal?.removeEventListener("abort", cancel);
      if (code !== 0 && job.trim() === "") {
        fail(new UsageError(`sbatch must take the job array; it said: ${said.trim()}`, { script }));
      } else done();
    });
  });
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
