import type { CliCommand, Context, OutputOptions } from "../context.ts";
import { judge, showResults } from "../results.ts";

/** moebius summary: the verdict and the tables of a run that is kept in a folder. */
export const summary: CliCommand = (program, context) => {
  program
    .command("summary")
    .description("judge and summarise a run that is kept in a folder")
    .argument("<run>", "the folder of the run")
    .action((folder: string, options: OutputOptions) =>
      context.finish(summarizeRun(context, folder, options)),
    );
};

/** Prints what the run in a folder says. */
export async function summarizeRun(
  context: Context,
  folder: string,
  options: OutputOptions,
): Promise<number> {
  const api = await context.api();
  const { run, table } = api.openRun(folder);
  return showResults(context, api, judge(api, run, table), options);
}
