import { join, parse } from "node:path";
import type { MaximizeOptions, Maximum, Table } from "../../index.ts";
import {
  type Api,
  type CliCommand,
  type Context,
  jsonText,
  note,
  type OutputOptions,
} from "../context.ts";
import { addEmOptions, type EmOptions, maximizeOptions } from "../em-options.ts";
import { OK, PROBLEMS } from "../exit-codes.ts";
import { InputError } from "../input-error.ts";
import { addMissingOption, checkMissing, type MissingOptions } from "../missing.ts";
import { addModelOptions, declaredModel, type ModelOptions } from "../model-options.ts";
import { path } from "../option-values.ts";
import { show } from "../show.ts";

/** What a terminal shows of the report, in this order. */
const SECTIONS = ["estimates", "criteria", "census"];

interface Options extends ModelOptions, MissingOptions, EmOptions, OutputOptions {
  readonly out?: string;
  readonly overwrite?: true;
  readonly report?: true;
}

/** moebius em: the maximum of the likelihood, or of the posterior, from many starts. */
export const em: CliCommand = (program, context) => {
  const command = program
    .command("em")
    .description(
      "maximize the likelihood by EM from many starts: estimates, errors, criteria, optima",
    )
    .argument("<data.csv>", "the data: CSV with a header line");
  addMissingOption(addEmOptions(addModelOptions(command)))
    .option(
      "--out <folder>",
      "keep the estimates here, for predict, simulate and compare",
      path("--out"),
    )
    .option("--overwrite", "replace what is in --out")
    .option("--report", "write report.html into --out")
    .action((data: string, options: Options) => context.finish(run(context, data, options)));
};

async function run(context: Context, data: string, options: Options): Promise<number> {
  checkTogether(options);
  const api = await context.api();
  const model = await declaredModel(api, options);
  const table = await api.readTable(data);
  checkMissing(api, model, table, options);
  const given = {
    ...maximizeOptions(options),
    ...startIn(table, options),
    source: parse(data).base,
  };
  const progress = progressOf(context, options);
  const maximum = await context.io.interruptible(
    async (signal) => {
      const found = await api.maximize(model, table, { ...given, progress, signal });
      return options.testNext === true ? tested(context, api, found, options, signal) : found;
    },
    () => note(context, options, "stopping; press Ctrl-C again to quit at once"),
  );
  const places = await keep(api, maximum, options);
  const { verdict, summary } = maximum;
  const report = () => api.buildMaximumReport(api.maximumInput(maximum));
  show(context, api, { verdict, summary, report, sections: SECTIONS, places }, options);
  return maximum.ok ? OK : PROBLEMS;
}

/** Throws an InputError for an option without the one that gives it a meaning. */
function checkTogether({ out, report, overwrite, replicates, errors, testNext }: Options): void {
  const needsOut = report ? "--report" : overwrite ? "--overwrite" : undefined;
  if (needsOut !== undefined && out === undefined) {
    throw new InputError(
      `${needsOut} must come with --out, which names the folder of the estimates`,
    );
  }
  if (replicates === undefined || errors === "parametric" || errors === "weighted" || testNext) {
    return;
  }
  throw new InputError(
    "--replicates must come with --errors parametric, --errors weighted or --test-next: nothing else is simulated",
  );
}

/** The column that holds a start. */
function startIn(table: Table, { startColumn }: Options): Pick<MaximizeOptions, "given"> {
  if (startColumn === undefined) return {};
  const column = table.columns.get(startColumn);
  if (column?.kind === "numeric") return { given: column.values };
  const found = column === undefined ? "there is no such column" : "it holds text";
  throw new InputError(
    `--start-column must name a column of numbers 1, 2, …; got "${startColumn}": ${found}; ` +
      `columns: ${[...table.columns.keys()].join(", ")}`,
  );
}

/** The maximum with a test against one expert more. */
async function tested(
  context: Context,
  api: Api,
  maximum: Maximum,
  options: Options,
  signal: AbortSignal,
): Promise<Maximum> {
  const { replicates, workers } = options;
  const told = progressOf(context, options);
  const progress = (done: number, total: number) => told(done, total, "data sets");
  try {
    const test = await api.countTestAt(maximum, { replicates, workers, progress, signal });
    const { statistic, pValue, failures } = test;
    const nextTest = { statistic, pValue, replicates: test.replicates, failures };
    return { ...maximum, summary: { ...maximum.summary, nextTest } };
  } catch (error) {
    if (!(error instanceof api.SamplerError)) throw error;
    note(context, options, `one expert more is not tested: ${error.message}`);
    return maximum;
  }
}

/** A line that is written over, on a terminal; nothing elsewhere. */
function progressOf({ io }: Context, { quiet }: OutputOptions) {
  return (done: number, total: number, what: string): void => {
    if (quiet === true || io.stderr.isTTY !== true) return;
    io.stderr.write(done < total ? `\r${done} of ${total} ${what}` : "\r\u001b[K");
  };
}

async function keep(
  api: Api,
  maximum: Maximum,
  { out, overwrite, report }: Options,
): Promise<string[]> {
  if (out === undefined) return [];
  const { run, state, fitted, summary, ok, verdict } = maximum;
  api.keepRun(out, { run, compiled: fitted.compiled, state }, overwrite);
  api.writeAtomically(join(out, "em.json"), jsonText(summary));
  const codes = summary.problems.map(({ code }) => code);
  api.recordVerdict(out, { ok, verdict, problems: codes });
  if (report !== true) return [`Estimates: ${out}`];
  const page = join(out, "report.html");
  api.writeAtomically(
    page,
    await api.renderHtml(api.buildMaximumReport(api.maximumInput(maximum)), summary),
  );
  return [`Estimates: ${out}`, `Report: ${page}`];
}
