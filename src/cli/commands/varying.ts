import { existsSync, mkdirSync } from "node:fs";
import { join, parse } from "node:path";
import type { Command } from "commander";
import type { Table, VaryingModel, VaryingStudy } from "../../index.ts";
import { commandLine } from "../command-line.ts";
import { defined, seedOption, workersOption } from "../common-options.ts";
import {
  type Api,
  type CliCommand,
  type Context,
  jsonText,
  note,
  type OutputOptions,
  printJson,
} from "../context.ts";
import { OK, PROBLEMS } from "../exit-codes.ts";
import { InputError } from "../input-error.ts";
import { numbers, oneOf, path, wholeNumber, words } from "../option-values.ts";
import { asText } from "../results.ts";
import { gridPoints, positive } from "../varying-options.ts";

interface Options extends OutputOptions {
  readonly formula?: string;
  readonly index?: string;
  readonly components?: number;
  readonly family?: string;
  readonly constant?: readonly string[];
  readonly dispersion?: "varying" | "constant";
  readonly bandwidth?: number;
  readonly grid?: readonly number[];
  readonly estimator?: "local" | "label-consistent";
  readonly starts?: number;
  readonly bands?: true;
  readonly bandKind?: "tube" | "multiplier" | "gumbel";
  readonly bias?: "corrected" | "none";
  readonly level?: readonly number[];
  readonly test?: readonly string[];
  readonly bootstrap?: number;
  readonly seed?: number;
  readonly workers?: number;
  readonly out?: string;
  readonly overwrite?: true;
  readonly report?: true;
}

const LEAST_REPLICATES = 19;
const FILE = "varying.json";

/** moebius varying: coefficients as functions of an index. */
export const varying: CliCommand = (program, context) => {
  const command = program
    .command("varying")
    .description("estimate coefficients that are functions of an index, such as time or dose")
    .argument("<data.csv>", "the data: CSV with a header line");
  addErrorOptions(addKernelOptions(addDeclaration(command)))
    .addOption(seedOption())
    .addOption(workersOption())
    .option("--out <folder>", `keep ${FILE}, with the fit, here`, path("--out"))
    .option("--overwrite", "replace what is in --out")
    .option("--report", "write report.html into --out")
    .action((data: string, options: Options) => context.finish(run(context, data, options)));
};

function addDeclaration(command: Command): Command {
  return command
    .optionsGroup("Model:")
    .option(
      "--formula <formula>",
      'what the experts and, after "|", the gate depend on: "y ~ z | x"; trials(n) and offset(log(s)) as in fit',
    )
    .option("--index <column>", "the column that coefficients are functions of")
    .option("--components <k>", "how many experts, 1 to 10", wholeNumber("--components", 1))
    .option("--family <name>", "gaussian (default), binomial or negative-binomial")
    .option(
      "--constant <terms>",
      "what does not vary: gate:x,expert:z; gate or expert alone: all of it",
      words("--constant"),
    )
    .option(
      "--dispersion <how>",
      "whether sds, or sizes, are functions too: varying (default) or constant",
      oneOf("--dispersion", ["varying", "constant"]),
    );
}

function addKernelOptions(command: Command): Command {
  return command
    .optionsGroup("Local likelihood:")
    .option(
      "--bandwidth <h>",
      "on the index scaled to 0 … 1 (default: chosen by cross-validation)",
      positive("--bandwidth", 10),
    )
    .option(
      "--grid <from:to:step>",
      "points on the index scaled to 0 … 1 (default: 0:1:0.05)",
      gridPoints,
    )
    .option(
      "--estimator <name>",
      "local (default) or label-consistent",
      oneOf("--estimator", ["local", "label-consistent"]),
    )
    .option("--starts <n>", "of the search for labels", wholeNumber("--starts", 1));
}

function addErrorOptions(command: Command): Command {
  return command
    .optionsGroup("Errors and tests:")
    .option("--bands", "intervals at each point, and bands at all points together")
    .option(
      "--band-kind <name>",
      "critical value of bands: tube (default), multiplier or gumbel",
      oneOf("--band-kind", ["tube", "multiplier", "gumbel"]),
    )
    .option(
      "--bias <how>",
      "bias of bands: corrected (default) or none",
      oneOf("--bias", ["corrected", "none"]),
    )
    .option(
      "--level <p>",
      "of intervals and bands (default: 0.95)",
      numbers("--level", "a number between 0 and 1", (p) => p > 0 && p < 1),
    )
    .option(
      "--test <terms>",
      "likelihood-ratio test of each varying: expert:z1, expert2:z1, gate:x1, dispersion, all",
      words("--test"),
    )
    .option(
      "--bootstrap <n>",
      "responses simulated for each test (default: 200; 0: χ² alone)",
      wholeNumber("--bootstrap", 0),
    )
    .optionsGroup("Options:");
}

async function run(context: Context, data: string, options: Options): Promise<number> {
  checkFolder(options);
  checkDeclared(options);
  checkErrors(options);
  const api = await context.api();
  const table = await api.readTable(data);
  const model = declared(api, table, options);
  const study = await context.io.interruptible(
    (signal) =>
      api.studyVarying(model, table, {
        ...kernelOptions(options),
        source: parse(data).base,
        command: commandLine(context.argv),
        progress: progressOf(context, options),
        signal,
      }),
    () => note(context, options, "stopping; press Ctrl-C again to quit at once"),
  );
  const places = await keep(api, study, options);
  show(context, api, study, options, places);
  return study.ok ? OK : PROBLEMS;
}

/** Throws an InputError unless formula, index and number of experts are there. */
function checkDeclared({ formula, index, components }: Options): void {
  const example = 'for example --formula "y ~ z | x" --index u --components 2';
  const missing = Object.entries({ formula, index, components }).find(
    ([, value]) => value === undefined,
  );
  if (missing === undefined) return;
  throw new InputError(`--${missing[0]} must be given; got none; ${example}`);
}

/** Throws an InputError where an option has nothing to be about. */
function checkErrors({ bands, bandKind, bias, level, test, bootstrap }: Options): void {
  const ofBands = Object.entries({ "band-kind": bandKind, bias, level });
  const [stray] = ofBands.find(([, value]) => value !== undefined) ?? [];
  if (bands !== true && stray !== undefined) {
    throw new InputError(`--${stray} must come with --bands, which it is about`);
  }
  if (test === undefined && bootstrap !== undefined) {
    throw new InputError("--bootstrap must come with --test; for example --test expert:z1");
  }
  if (bootstrap !== undefined && bootstrap !== 0 && bootstrap < LEAST_REPLICATES) {
    throw new InputError(
      `--bootstrap must be 0, for χ² alone, or at least ${LEAST_REPLICATES}, with which p can be 0.05; got ${bootstrap}`,
    );
  }
}

function declared(api: Api, table: Table, options: Options): VaryingModel {
  const { formula = "", index = "", components = 1, family, constant, dispersion } = options;
  return api.varyingFromFormula(
    {
      ...{ formula, index, components },
      ...defined({ family, constant }),
      ...(dispersion === undefined ? {} : { dispersion: dispersion === "varying" }),
    },
    table,
  );
}

function kernelOptions(options: Options) {
  const { bandwidth, grid, estimator, starts, seed, workers, level, test, bootstrap } = options;
  const { bands, bandKind: kind, bias } = options;
  return {
    ...defined({ bandwidth, grid, estimator, starts, seed, workers }),
    ...defined({ level: level?.[0], tests: test, replicates: bootstrap }),
    ...(bands === true ? { bands: defined({ kind, bias }) } : {}),
  };
}

/** Throws an InputError where an option needs a folder, or the folder holds something else. */
function checkFolder({ out, overwrite, report }: Options): void {
  const needsOut = report ? "--report" : overwrite ? "--overwrite" : undefined;
  if (out === undefined) {
    if (needsOut === undefined) return;
    throw new InputError(`${needsOut} must come with --out, which names the folder of the fit`);
  }
  if (existsSync(join(out, "run.json"))) {
    throw new InputError(`${out} is the folder of a run; name another folder`);
  }
  if (overwrite || !existsSync(join(out, FILE))) return;
  throw new InputError(`${out} holds an earlier fit; give --overwrite, or name another folder`);
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
  { summary, fit, input }: VaryingStudy,
  { out, report }: Options,
): Promise<string[]> {
  if (out === undefined) return [];
  mkdirSync(out, { recursive: true });
  api.writeAtomically(join(out, FILE), jsonText(summary));
  api.writeAtomically(join(out, "fit.json"), jsonText(fit));
  if (report !== true) return [`Estimates: ${out}`];
  const page = join(out, "report.html");
  api.writeAtomically(page, await api.renderHtml(api.buildVaryingReport(input), summary));
  return [`Estimates: ${out}`, `Report: ${page}`];
}

function show(
  context: Context,
  api: Api,
  { summary, input, verdict }: VaryingStudy,
  options: Options,
  places: readonly string[],
): void {
  const { stdout } = context.io;
  if (options.json === true) {
    printJson(context, summary);
    for (const place of places) note(context, options, place);
  } else if (options.quiet === true) {
    stdout.write(`${verdict}\n`);
  } else {
    const report = api.buildVaryingReport(input);
    stdout.write(asText(api, report, context.io, ["tests", "values", "bandwidth"]));
    if (places.length > 0) stdout.write(`\n${places.join("\n")}\n`);
  }
}
