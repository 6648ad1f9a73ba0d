import { join } from "node:path";
import type { Analysis, Run, Table } from "../index.ts";
import { type Api, type Context, jsonText, type OutputOptions } from "./context.ts";
import { OK, PROBLEMS } from "./exit-codes.ts";
import { InputError } from "./input-error.ts";
import { checkGateReference, type LabelOptions, labelling } from "./label-options.ts";
import { nothingDrawn } from "./nothing-drawn.ts";
import { show } from "./show.ts";

/** What a terminal shows of a report, in this order. */
const SECTIONS = ["count", "posterior", "components"];

/** Everything that can be said of a run; that it was stopped too early where there is no draw. */
export function judge(api: Api, run: Run, table: Table, options: LabelOptions = {}): Analysis {
  if (run.settings.sampler === "em") {
    throw new InputError(
      "the run must be draws of a posterior; this one is a maximum: its numbers are in em.json of its folder",
    );
  }
  checkGateReference(options, run.model.components);
  const drawn = run.draws.chains.some(({ iterations }) => iterations > 0);
  return drawn ? api.analyze(run, table, labelling(options)) : nothingDrawn(run);
}

/** Which files a run folder is given, and which of them belong in it. */
export interface Keep {
  readonly folder: string;
  readonly report: boolean;
}

/** Writes what was concluded into a run folder; returns the path of the report where one was asked for. */
export async function keepResults(
  api: Api,
  analysis: Analysis,
  { folder, report }: Keep,
): Promise<string | undefined> {
  const { ok, verdict, findings, summary, input } = analysis;
  api.writeAtomically(join(folder, "summary.json"), jsonText(summary));
  const problems = findings.filter(({ severity }) => severity === "problem");
  const codes = problems.map(({ code }) => code);
  const path = join(folder, "report.html");
  if (report) {
    api.writeAtomically(path, await api.renderHtml(api.buildReport(input), summary));
  }
  api.recordVerdict(folder, { ok, verdict, problems: codes });
  return report ? path : undefined;
}

/** Prints what was concluded as the options ask for, and returns the exit code for it. */
export function showResults(
  context: Context,
  api: Api,
  analysis: Analysis,
  options: OutputOptions & { readonly places?: readonly string[] },
): number {
  const { verdict, summary, input } = analysis;
  const report = () => api.buildReport(input);
  const shown = { verdict, summary, report, sections: SECTIONS, places: options.places ?? [] };
  show(context, api, shown, options);
  return analysis.ok ? OK : PROBLEMS;
}
