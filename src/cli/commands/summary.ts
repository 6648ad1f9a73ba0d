import type { CliCommand, Context, OutputOptions } from "../context.ts";
import { addLabelOptions, type LabelOptions } from "../label-options.ts";
import { path } from "../option-values.ts";
import { judge, showResults } from "../results.ts";

interface SummaryOptions extends LabelOptions, OutputOptions {
  readonly pointwise?: string;
}

/** moebius summary: the verdict and the tables of a run that is kept in a folder. */
export const summary: CliCommand = (program, context) => {
  const command = program
    .command("summary")
    .description("judge and summarise a run that is kept in a folder")
    .argument("<run>", "the folder of the run");
  addLabelOptions(command)
    .option(
      "--pointwise <file.csv>",
      "write the log-likelihood of every row under every draw",
      path("--pointwise"),
    )
    .action((folder: string, options: SummaryOptions) =>
      context.finish(summarizeRun(context, folder, options)),
    );
};

/** Prints what the run in a folder says. */
export async function summarizeRun(
  context: Context,
  folder: string,
  options: SummaryOptions,
): Promise<number> {
  const api = await context.api();
  const { run, table } = api.openRun(folder);
  const analysis = judge(api, run, table, options);
  const { pointwise } = options;
  if (pointwise === undefined) return showResults(context, api, analysis, options);
  api.writeAtomically(pointwise, api.formatCsv(api.pointwiseTable(run, table)));
  const places = [`Log-likelihood: ${pointwise}`];
  return showResults(context, api, analysis, { ...options, places });
}
