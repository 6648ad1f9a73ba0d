import { existsSync, statSync } from "node:fs";
import { join, parse } from "node:path";
import type { SelectOptions as LibraryOptions, Selection } from "../../index.ts";
import { defined, seedOption, workersOption } from "../common-options.ts";
import {
  type Api,
  type CliCommand,
  type Context,
  jsonText,
  note,
  type OutputOptions,
} from "../context.ts";
import { OK, PROBLEMS } from "../exit-codes.ts";
import { InputError } from "../input-error.ts";
import { addMissingOption, checkMissing, type MissingOptions } from "../missing.ts";
import { addModelOptions, declaredModel, type ModelOptions } from "../model-options.ts";
import { path, wholeNumber } from "../option-values.ts";
import { progressOf, STOPPING } from "../progress.ts";
import { show } from "../show.ts";

/** What a terminal shows of the report, in this order. */
const SECTIONS = ["posterior-of-k", "fixed-k", "merging"];

interface SelectOptions extends ModelOptions, MissingOptions, OutputOptions {
  readonly max?: number;
  readonly chains?: number;
  readonly warmup?: number;
  readonly draws?: number;
  readonly seed?: number;
  readonly workers?: number;
  readonly out?: string;
  readonly resume?: true;
  readonly overwrite?: true;
}

/** The largest number of experts unless said. */
const MAX = 8;

/** moebius select: how many experts, by every route side by side. */
export const select: CliCommand = (program, context) => {
  const command = program
    .command("select")
    .description(
      "choose the number of experts: its posterior, evidence, LOO, WAIC and more, on one page",
    )
    .argument("<data.csv>", "the data: CSV with a header line");
  addMissingOption(addModelOptions(command))
    .option("--max <k>", "the largest number of experts (default: 8)", wholeNumber("--max", 2))
    .option("--chains <n>", "chains of every run (default: 4)", wholeNumber("--chains", 1))
    .option("--warmup <n>", "iterations thrown away (default: 1000)", wholeNumber("--warmup", 0))
    .option(
      "--draws <n>",
      "draws kept a chain (default: 1000, and 4000 of the run with a random number)",
      wholeNumber("--draws", 1),
    )
    .addOption(seedOption())
    .addOption(workersOption())
    .option("--out <folder>", "keep the page, select.json and the run here", path("--out"))
    .option("--resume", "continue in --out what was stopped there")
    .option("--overwrite", "replace what is in --out")
    .action((data: string, options: SelectOptions) => context.finish(run(context, data, options)));
};

async function run(context: Context, data: string, options: SelectOptions): Promise<number> {
  checkFolder(options);
  const api = await context.api();
  const model = await declaredModel(api, withComponents(options));
  const table = await api.readTable(data);
  checkMissing(api, model, table, options);
  const given = {
    ...libraryOptions(options),
    ...(options.model === undefined || options.max === undefined ? {} : { max: options.max }),
    source: parse(data).base,
    progress: await progressOf(api, context, options),
    onStage: (stage: string) => note(context, options, `computing ${stage}`),
  };
  const selection = await context.io.interruptible(
    (signal) => api.select(model, table, { ...given, signal }),
    () => note(context, options, STOPPING),
  );
  const places = await keep(api, selection, options.out);
  const { verdict, summary, input } = selection;
  const report = () => api.buildSelectionReport(input);
  show(context, api, { verdict, summary, report, sections: SECTIONS, places }, options);
  return selection.ok ? OK : PROBLEMS;
}

/** A number of experts need not be given: it is what is asked for. */
function withComponents(options: SelectOptions): ModelOptions {
  const { max, model, formula, components, maxComponents } = options;
  if (max !== undefined && maxComponents !== undefined) {
    throw new InputError("--max and --max-components say the same; give one of them");
  }
  if (model !== undefined || formula === undefined) return options;
  if (typeof components !== "string") {
    return { ...options, components: "poisson(1)", maxComponents: max ?? maxComponents ?? MAX };
  }
  if (max === undefined) return options;
  throw new InputError(
    "--components says how many experts there may be, and so does --max; say it once",
  );
}

/** Throws an InputError where writing would mix with, or replace, what is there. */
function checkFolder({ out, overwrite, resume }: SelectOptions): void {
  if (resume && overwrite) {
    throw new InputError("--resume and --overwrite must not be given together; leave out one");
  }
  if (out === undefined) {
    if (!resume && !overwrite) return;
    const option = resume ? "--resume" : "--overwrite";
    throw new InputError(`${option} must come with --out, which names the folder of the choice`);
  }
  if (statSync(out, { throwIfNoEntry: false })?.isFile()) {
    throw new InputError(`--out must be a folder; ${out} is a file`);
  }
  if (existsSync(join(out, "run.json"))) {
    throw new InputError(`${out} is the folder of a run; name another folder`);
  }
  if (overwrite || resume || !existsSync(join(out, "select.json"))) return;
  throw new InputError(`${out} holds an earlier choice; give --overwrite, or name another folder`);
}

function libraryOptions({
  chains,
  warmup,
  draws,
  seed,
  workers,
  out,
  resume,
  overwrite,
}: SelectOptions): LibraryOptions {
  return defined({ chains, warmup, draws, seed, workers, out, resume, overwrite });
}

/** Writes page and JSON; returns where they are, in words. */
async function keep(api: Api, { input, summary }: Selection, out?: string): Promise<string[]> {
  if (out === undefined) return [];
  const page = join(out, "select.html");
  const json = join(out, "select.json");
  api.writeAtomically(json, jsonText(summary));
  api.writeAtomically(page, await api.renderHtml(api.buildSelectionReport(input), summary));
  return [`page: ${page}`, `numbers: ${json}`, `run: ${join(out, "run")}`];
}
