import { availableParallelism } from "node:os";
import type { ExperimentFolder } from "../../index.ts";
import { type Api, type CliCommand, type Context, note, type OutputOptions } from "../context.ts";
import { PROBLEMS } from "../exit-codes.ts";
import { showExperiment, taskProgress } from "../experiment-output.ts";
import { InputError } from "../input-error.ts";
import { oneOf, path, wholeNumber } from "../option-values.ts";

interface ExperimentOptions extends OutputOptions {
  readonly out?: string;
  readonly workers?: number;
  readonly engine?: "threads" | "slurm" | "bullmq";
  readonly redis?: string;
  readonly sbatch?: readonly string[];
  readonly chunk?: number;
}

/** moebius experiment: all tasks of a plan, then what they say; what is done is not done again. */
export const experiment: CliCommand = (program, context) => {
  program
    .command("experiment")
    .description("run a grid of fits to simulated data: rates, calibration, coverage")
    .argument("<plan.json>", "the plan, or the folder's plan.json to go on with")
    .option("--out <folder>", "where results are kept; they are used again", path("--out"))
    .option(
      "--workers <n>",
      "threads here (default: one a core); no number depends on it",
      wholeNumber("--workers", 1),
    )
    .option(
      "--engine <name>",
      "where tasks are done: threads (default), slurm or bullmq",
      oneOf("--engine", ["threads", "slurm", "bullmq"]),
    )
    .option("--redis <url>", "of bullmq: redis://host:port", path("--redis"))
    .option(
      "--sbatch <option>",
      "of slurm: an option for sbatch such as --sbatch=--partition=short; may be repeated",
      (text: string, before: readonly string[] = []) => [...before, text],
    )
    .option("--chunk <n>", "of slurm: tasks a job of the array", wholeNumber("--chunk", 1))
    .action((plan: string, options: ExperimentOptions) =>
      context.finish(run(context, plan, options)),
    );
};

async function run(context: Context, file: string, options: ExperimentOptions): Promise<number> {
  const { out } = options;
  if (out === undefined) {
    throw new InputError("--out must name the folder where results are kept; got none");
  }
  checkEngine(options);
  const api = await context.api();
  const plan = await api.readPlan(file);
  api.checkFits(plan);
  const folder = api.experimentFolder(out, plan);
  const stopped = await context.io.interruptible(
    async (signal) => {
      await doTasks(context, api, folder, options, signal);
      return signal.aborted;
    },
    () => note(context, options, "stopping; what is done is kept. Ctrl-C again quits at once"),
  );
  if (stopped) {
    const left = folder.missing().length;
    note(context, options, `${left} tasks are left; the same command goes on from here`);
    if (left === api.countTasks(plan)) return PROBLEMS;
  }
  return showExperiment(context, api, folder, options);
}

function checkEngine({ engine = "threads", redis, sbatch, chunk }: ExperimentOptions): void {
  if (engine === "bullmq" && redis === undefined) {
    throw new InputError("--engine bullmq must come with --redis, such as redis://localhost:6379");
  }
  if (engine !== "bullmq" && redis !== undefined) {
    throw new InputError("--redis must come with --engine bullmq");
  }
  const ofSlurm = sbatch !== undefined ? "--sbatch" : chunk !== undefined ? "--chunk" : undefined;
  if (engine !== "slurm" && ofSlurm !== undefined) {
    throw new InputError(`${ofSlurm} must come with --engine slurm`);
  }
}

function doTasks(
  context: Context,
  api: Api,
  folder: ExperimentFolder,
  options: ExperimentOptions,
  signal: AbortSignal,
): Promise<void> {
  const { engine, redis, sbatch, chunk, workers = availableParallelism() } = options;
  const progress = taskProgress(context, options);
  if (engine === "slurm") {
    return api.runOnSlurm(folder, {
      program: [process.execPath, process.argv[1] ?? "moebius"],
      ...(sbatch === undefined ? {} : { sbatch }),
      ...(chunk === undefined ? {} : { chunk }),
      progress,
      signal,
    });
  }
  if (engine === "bullmq") {
    return api.runOnBullmq(folder, { redis: redis!, workers, progress, signal });
  }
  return api.runExperiment(folder, { workers, progress, signal });
}
