import { join } from "node:path";
import type { CliCommand, Context, OutputOptions } from "../context.ts";
import { addLabelOptions, type LabelOptions } from "../label-options.ts";
import { withMaximum } from "../maximum.ts";
import { path } from "../option-values.ts";
import { judge, keepResults, showResults } from "../results.ts";

interface ReportOptions extends LabelOptions, OutputOptions {
  readonly out?: string;
  readonly maximum?: true;
}

/** moebius report: the HTML report of a run that is kept in a folder. */
export const report: CliCommand = (program, context) => {
  const command = program
    .command("report")
    .description("write the HTML report of a run, and its summary.json")
    .argument("<run>", "the folder of the run")
    .option(
      "--out <file.html>",
      "where to (default: report.html in the folder of the run)",
      path("--out"),
    )
    .option("--maximum", "put the maximum of the likelihood beside the posterior");
  addLabelOptions(command).action((folder: string, options: ReportOptions) =>
    context.finish(run(context, folder, options)),
  );
};

async function run(context: Context, folder: string, options: ReportOptions): Promise<number> {
  const api = await context.api();
  const opened = api.openRun(folder);
  const judged = judge(api, opened.run, opened.table, options);
  const analysis = options.maximum
    ? await withMaximum(context, api, opened, judged, options)
    : judged;
  const file = options.out;
  if (file === undefined) await keepResults(api, analysis, { folder, report: true });
  else {
    const html = await api.renderHtml(api.buildReport(analysis.input), analysis.summary);
    api.writeAtomically(file, html);
  }
  const places = [`Report: ${file ?? join(folder, "report.html")}`];
  return showResults(context, api, analysis, { ...options, places });
}
