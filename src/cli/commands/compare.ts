import type { CliCommand, Context, OutputOptions } from "../context.ts";
import { OK, PROBLEMS } from "../exit-codes.ts";
import { InputError } from "../input-error.ts";
import { addLabelOptions, type LabelOptions } from "../label-options.ts";
import { addMaximumOptions, compareRun, type MaximumOptions } from "../maximum.ts";
import { path } from "../option-values.ts";
import { judge } from "../results.ts";
import { show } from "../show.ts";

interface CompareOptions extends MaximumOptions, LabelOptions, OutputOptions {
  readonly out?: string;
}

/** moebius compare: the posterior of a run beside the maximum of its likelihood. */
export const compare: CliCommand = (program, context) => {
  const command = program
    .command("compare")
    .description("put the posterior of a run beside the maximum of its likelihood")
    .argument("<run>", "the folder of the run");
  addLabelOptions(addMaximumOptions(command))
    .option("--out <file.html>", "write a page on both", path("--out"))
    .action((folder: string, options: CompareOptions) =>
      context.finish(run(context, folder, options)),
    );
};

async function run(context: Context, folder: string, options: CompareOptions): Promise<number> {
  const maximize = [options.starts, options.seed, options.workers];
  if (options.em !== undefined && maximize.some((value) => value !== undefined)) {
    throw new InputError(
      "--em must not come with --starts, --seed or --workers: it names a maximum that is found already",
    );
  }
  const api = await context.api();
  const opened = api.openRun(folder);
  if (!opened.run.draws.chains.some(({ iterations }) => iterations > 0)) {
    throw new InputError(
      "the run must have draws to be compared; it has none yet; continue it with fit --resume",
    );
  }
  const analysis = judge(api, opened.run, opened.table, options);
  const comparison = await compareRun(context, api, opened, analysis, options);
  const { out } = options;
  if (out !== undefined) {
    const page = api.buildComparisonReport(comparison.input);
    api.writeAtomically(out, await api.renderHtml(page, comparison.summary));
  }
  const { verdict, summary, input } = comparison;
  const report = () => api.buildComparisonReport(input);
  const places = out === undefined ? [] : [`Report: ${out}`];
  show(context, api, { verdict, summary, report, sections: ["comparison"], places }, options);
  return comparison.ok ? OK : PROBLEMS;
}
