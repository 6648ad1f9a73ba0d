import type { Plan } from "../../index.ts";
import { type CliCommand, type Context, type OutputOptions, printJson } from "../context.ts";
import { OK } from "../exit-codes.ts";
import { path } from "../option-values.ts";

interface PlanOptions extends OutputOptions {
  readonly out?: string;
}

/** moebius plan: checks a plan and says what its tasks are; with --out, makes the folder for them. */
export const plan: CliCommand = (program, context) => {
  program
    .command("plan")
    .description("check the plan of an experiment, and say how many tasks it has")
    .argument("<plan.json>", "the plan")
    .option("--out <folder>", "make the folder that tasks keep results in", path("--out"))
    .action((file: string, options: PlanOptions) => context.finish(run(context, file, options)));
};

async function run(context: Context, file: string, options: PlanOptions): Promise<number> {
  const api = await context.api();
  const found = await api.readPlan(file);
  api.checkFits(found);
  const tasks = api.countTasks(found);
  const { out } = options;
  const left = out === undefined ? tasks : api.experimentFolder(out, found).missing().length;
  if (options.json === true) printJson(context, { tasks, missing: left, plan: found });
  else {
    const of = options.quiet === true ? "" : `: ${gridOf(found)}`;
    context.io.stdout.write(`${tasks} tasks, 0 to ${tasks - 1}${of}\n`);
    if (left < tasks) context.io.stdout.write(`${tasks - left} of them are done\n`);
  }
  return OK;
}

function gridOf(found: Plan): string {
  if (found.kind !== "contraction") return `${found.kind}, ${found.replicates} replicates`;
  const { truths, fits, sizes, replicates } = found;
  const many = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
  return [
    many(truths.length, "truth"),
    many(fits.length, "fit"),
    many(sizes.length, "size"),
    many(replicates, "replicate"),
  ].join(" × ");
}
