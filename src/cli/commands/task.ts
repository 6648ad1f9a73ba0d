import { type CliCommand, type Context, type OutputOptions, printJson } from "../context.ts";
import { OK } from "../exit-codes.ts";
import { taskProgress } from "../experiment-output.ts";
import { InputError } from "../input-error.ts";
import { path, wholeNumber } from "../option-values.ts";

interface TaskOptions extends OutputOptions {
  readonly plan?: string;
  readonly index?: readonly number[];
  readonly out?: string;
  readonly workers?: number;
}

/** moebius task: single tasks of a plan, for whatever hands them out. */
export const task: CliCommand = (program, context) => {
  program
    .command("task")
    .description("do one task of an experiment, or several, unless it is done")
    .option("--plan <plan.json>", "the plan, or the folder's plan.json", path("--plan"))
    .option("--index <i>", "which task, from 0; or several: 0:9", indices)
    .option("--out <folder>", "where its result is kept", path("--out"))
    .option("--workers <n>", "threads at most (default: 1)", wholeNumber("--workers", 1))
    .action((options: TaskOptions) => context.finish(run(context, options)));
};

async function run(context: Context, options: TaskOptions): Promise<number> {
  const { plan: file, index, out, workers = 1 } = options;
  if (file === undefined || index === undefined || out === undefined) {
    throw new InputError(
      "a task must be given by --plan, --index and --out; for example: " +
        "moebius task --plan plan.json --index 0 --out folder",
    );
  }
  const api = await context.api();
  const plan = await api.readPlan(file);
  api.checkFits(plan);
  const last = api.countTasks(plan) - 1;
  const beyond = index.find((i) => i > last);
  if (beyond !== undefined) {
    throw new InputError(`--index must be from 0 to ${last}, the last task; got ${beyond}`);
  }
  const folder = api.experimentFolder(out, plan);
  const progress = taskProgress(context, options);
  await context.io.interruptible(
    (signal) => api.runTasks(folder, index, { workers, progress, signal }),
    () => undefined,
  );
  if (options.json === true) {
    const results = index.flatMap((i) => folder.read(i) ?? []);
    printJson(
      context,
      results.map((text) => JSON.parse(text)),
    );
  }
  return OK;
}

/** "7" or "0:9". */
function indices(text: string): number[] {
  const [, from, to = from] = /^(\d+)(?::(\d+))?$/.exec(text.trim()) ?? [];
  const first = Number(from);
  const last = Number(to);
  if (from !== undefined && Number.isSafeInteger(last) && first <= last) {
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  }
  throw new InputError(`--index must be a whole number from 0, or two as in 0:9; got "${text}"`);
}
