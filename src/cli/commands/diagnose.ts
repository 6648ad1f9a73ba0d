import { statSync } from "node:fs";
import type { CliCommand, Context, OutputOptions } from "../context.ts";
import { InputError } from "../input-error.ts";
import { showResults } from "../results.ts";
import { summarizeRun } from "./summary.ts";

/** moebius diagnose: whether draws can be trusted, whoever made them. */
export const diagnose: CliCommand = (program, context) => {
  program
    .command("diagnose")
    .description(
      "judge draws: of a run, or CSV files of other software (long with .chain, or Stan's)",
    )
    .argument("<run|files...>", "the folder of a run, or files of draws")
    .action((paths: string[], options: OutputOptions) =>
      context.finish(run(context, paths, options)),
    );
};

async function run(context: Context, paths: readonly string[], options: OutputOptions) {
  const folder = paths.find(isFolder);
  if (folder !== undefined) {
    if (paths.length === 1) return await summarizeRun(context, folder, options);
    throw new InputError(
      `one run folder, or any number of files, must be given; got ${paths.length} paths, ` +
        `of which ${folder} is a folder`,
    );
  }
  const api = await context.api();
  return showResults(context, api, api.analyzeDraws(await api.readDraws(paths)), options);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
