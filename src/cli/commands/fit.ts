import { existsSync } from "node:fs";
import { join, parse } from "node:path";
import { type Command, Option } from "commander";
import type { Run, SampleOptions } from "../../index.ts";
import { commandLine } from "../command-line.ts";
import { defined } from "../common-options.ts";
import { type CliCommand, type Context, note, type OutputOptions } from "../context.ts";
import { InputError } from "../input-error.ts";
import { addLabelOptions, checkGateReference, type LabelOptions } from "../label-options.ts";
import { withMaximum } from "../maximum.ts";
import { addMissingOption, checkMissing, type MissingOptions } from "../missing.ts";
import { addModelOptions, declaredModel, type ModelOptions } from "../model-options.ts";
import { path, wholeNumber, words } from "../option-values.ts";
import { progressOf, STOPPING } from "../progress.ts";
import { judge, keepResults, showResults } from "../results.ts";

interface FitOptions extends ModelOptions, MissingOptions, LabelOptions, OutputOptions {
  readonly sampler?: string;
  readonly gateUpdate?: string;
  readonly start?: readonly string[];
  readonly chains?: number;
  readonly warmup?: number;
  readonly burnin?: number;
  readonly draws?: number;
  readonly thin?: number;
  readonly seed?: number;
  readonly workers?: number;
  readonly out?: string;
  readonly resume?: true;
  readonly overwrite?: true;
  readonly report?: true;
  readonly maximum?: true;
}

/** moebius fit: from data and a model to draws, a verdict and its evidence. */
export const fit: CliCommand = (program, context) => {
  const command = program
    .command("fit")
    .description("draw from the posterior of a model and judge the draws");
  addModelOptions(command.argument("<data.csv>", "the data: CSV with a header line"));
  addMissingOption(command);
  addSamplingOptions(command);
  addLabelOptions(command.optionsGroup("Components:"));
  addFolderOptions(command);
  command.action((data: string, options: FitOptions) =>
    context.finish(run(context, data, options)),
  );
};

function addSamplingOptions(command: Command): void {
  command
    .optionsGroup("Sampling:")
    .option("--sampler <name>", "marginal, gibbs; for a random number auto, reversible-jump, mfm")
    .option("--gate-update <name>", "how the gate is updated: laplace or polya-gamma")
    .option(
      "--start <names>",
      "how chains start, by turns: kmeans, em, random, prior; with a random number fewest, most, middle, prior",
      words("--start"),
    )
    .option("--chains <n>", "independent chains (default: 4)", wholeNumber("--chains", 1))
    .option("--warmup <n>", "iterations thrown away (default: 1000)", wholeNumber("--warmup", 0))
    .addOption(new Option("--burnin <n>").argParser(wholeNumber("--burnin", 0)).hideHelp())
    .option(
      "--draws <n>",
      "draws kept a chain (default: 1000, or 4000 with a prior on the number of experts)",
      wholeNumber("--draws", 1),
    )
    .option("--thin <n>", "keep every n-th iteration (default: 1)", wholeNumber("--thin", 1))
    .option(
      "--seed <n>",
      "the same seed gives the same draws (default: 1)",
      wholeNumber("--seed", 0),
    )
    .option("--workers <n>", "threads at most (default: one a core)", wholeNumber("--workers", 1));
}

function addFolderOptions(command: Command): void {
  command
    .optionsGroup("Run folder:")
    .option("--out <folder>", "keep the run here", path("--out"))
    .option("--resume", "continue the run in --out")
    .option("--overwrite", "replace the run in --out")
    .option("--report", "write report.html (without --out into a new folder below runs/)")
    .option("--maximum", "put the maximum of the likelihood beside the posterior in --report");
}

async function run(context: Context, data: string, options: FitOptions): Promise<number> {
  checkOptions(options);
  const api = await context.api();
  const model = await declaredModel(api, options);
  checkGateReference(options, model.components);
  const table = await api.readTable(data);
  checkMissing(api, model, table, options);
  const folder = options.out ?? (options.report ? newFolder(data) : undefined);
  const progress = await progressOf(api, context, options);
  const command = commandLine(context.argv);
  const given = { ...sampleOptions(options), source: parse(data).base, command, progress };
  const finished: Run = await context.io.interruptible(
    (signal) => api.sample(model, table, { ...given, ...(folder ? { out: folder } : {}), signal }),
    () => note(context, options, STOPPING),
  );
  const analysis = judge(api, finished, table, options);
  if (folder === undefined) return showResults(context, api, analysis, options);
  const shown = options.maximum
    ? await withMaximum(context, api, { run: finished, table }, analysis, maximumOf(options))
    : analysis;
  const html = await keepResults(api, shown, { folder, report: options.report === true });
  const places = [`Run: ${folder}`, ...(html ? [`Report: ${html}`] : [])];
  return showResults(context, api, analysis, { ...options, places });
}

const MOST_DRAWS = 1e8;

/** Throws an InputError where options contradict each other. */
function checkOptions(options: FitOptions): void {
  const {
    resume,
    overwrite,
    out,
    maximum,
    report,
    warmup,
    burnin,
    chains = 4,
    draws = 1000,
  } = options;
  if (resume && overwrite) {
    throw new InputError("--resume and --overwrite must not be given together; leave out one");
  }
  if (maximum && !report) {
    throw new InputError("--maximum must come with --report, which shows it; or use compare");
  }
  const needsOut = resume ? "--resume" : overwrite ? "--overwrite" : undefined;
  if (needsOut !== undefined && out === undefined) {
    throw new InputError(`${needsOut} must come with --out, which names the folder of the run`);
  }
  if (chains * draws > MOST_DRAWS) {
    throw new InputError(
      `--draws of all --chains must fit into memory, at most ${MOST_DRAWS} together; ` +
        `got ${chains} × ${draws}; keep fewer with --thin`,
    );
  }
  if (warmup !== undefined && burnin !== undefined && warmup !== burnin) {
    throw new InputError(
      `--burnin is another name of --warmup; got ${burnin} and ${warmup}; leave out one`,
    );
  }
}

/** A folder below runs/ that is not there yet, named for the data. */
function newFolder(data: string): string {
  const folder = join("runs", parse(data).name);
  let free = folder;
  for (let n = 2; existsSync(free); n++) free = `${folder}-${n}`;
  return free;
}

const maximumOf = ({ relabel, gateReference, workers, quiet }: FitOptions) =>
  defined({ relabel, gateReference, workers, quiet });

function sampleOptions(options: FitOptions): SampleOptions {
  const { sampler, gateUpdate, start, chains, draws, thin, seed, workers, resume, overwrite } =
    options;
  const warmup = options.warmup ?? options.burnin;
  const samplerOptions = gateUpdate === undefined ? undefined : { gateUpdate };
  return defined({
    sampler,
    samplerOptions,
    starts: start,
    chains,
    warmup,
    draws,
    thin,
    seed,
    workers,
    resume,
    overwrite,
  });
}
