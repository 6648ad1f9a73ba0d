import type { CliCommand, Context, OutputOptions } from "../context.ts";
import { showExperiment } from "../experiment-output.ts";

/** moebius gather: what the results in a folder say, wherever they were computed. */
export const gather: CliCommand = (program, context) => {
  program
    .command("gather")
    .description("put the results of an experiment together: slopes, a summary, a page")
    .argument("<folder>", "the folder that tasks have kept results in")
    .action((folder: string, options: OutputOptions) =>
      context.finish(run(context, folder, options)),
    );
};

async function run(context: Context, path: string, options: OutputOptions): Promise<number> {
  const api = await context.api();
  return showExperiment(context, api, api.openExperiment(path), options);
}
