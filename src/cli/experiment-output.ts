import { join } from "node:path";
import type { ExperimentFolder } from "../index.ts";
import {
  type Api,
  type Context,
  jsonText,
  note,
  type OutputOptions,
  printJson,
} from "./context.ts";
import { OK, PROBLEMS } from "./exit-codes.ts";
import { asText } from "./show.ts";

const SECTIONS = ["rates", "choices", "ranks", "coverage", "failures"];

/**
 * Writes results.jsonl, summary.json and report.html into the folder of an experiment, prints what
 * they say, and returns the exit code for it.
 */
export async function showExperiment(
  context: Context,
  api: Api,
  folder: ExperimentFolder,
  options: OutputOptions,
): Promise<number> {
  const results = api.gatherResults(folder);
  const summary = api.summarizeExperiment(folder);
  const report = api.buildExperimentReport(summary);
  const page = join(folder.path, "report.html");
  api.writeAtomically(join(folder.path, "summary.json"), jsonText(summary));
  api.writeAtomically(page, await api.renderHtml(report, summary));
  const { stdout } = context.io;
  if (options.json === true) printJson(context, summary);
  else if (options.quiet === true) stdout.write(`${summary.conclusion}\n`);
  else {
    stdout.write(asText(api, report, context.io, SECTIONS));
    stdout.write(`\nresults: ${results}\npage: ${page}\n`);
  }
  return summary.verdict === "ok" ? OK : PROBLEMS;
}

/** Where no terminal is watching, a line after so many seconds. */
const LINE_SECONDS = 15;

/** How many tasks are done and how long the rest may take: a line written over on a terminal, else one now and then. */
export function taskProgress(context: Context, options: OutputOptions) {
  const { stderr } = context.io;
  let told = performance.now();
  return (done: number, total: number, eta?: number): void => {
    if (options.quiet === true) return;
    const words = `${done} of ${total} tasks${eta === undefined ? "" : `, ${timeOf(eta)} to go`}`;
    if (stderr.isTTY === true) {
      stderr.write(done < total ? `\r\u001b[K${words}` : "\r\u001b[K");
    } else if (done === total || performance.now() - told > 1000 * LINE_SECONDS) {
      told = performance.now();
      note(context, options, words);
    }
  };
}

function timeOf(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
