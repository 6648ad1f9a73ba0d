import type { Simulated, Table } from "../../index.ts";
import {
  type Api,
  type CliCommand,
  type Context,
  type OutputOptions,
  printJson,
} from "../context.ts";
import { OK } from "../exit-codes.ts";
import { InputError } from "../input-error.ts";
import { addModelOptions, declaredModel, type ModelOptions } from "../model-options.ts";
import { oneOf, path, wholeNumber } from "../option-values.ts";
import { putTable, rowsOf } from "../tables.ts";

interface SimulateOptions extends ModelOptions, OutputOptions {
  readonly run?: string;
  readonly from?: "prior" | "posterior";
  readonly seed?: number;
  readonly componentColumn?: string;
  readonly out?: string;
}

/** moebius simulate: a response drawn from a model for the rows of a table, and the component of each. */
export const simulate: CliCommand = (program, context) => {
  const command = program
    .command("simulate")
    .description("draw a response for the rows of a table: from a model's prior, or from a run")
    .argument("[data.csv]", "the rows; of a run, its own data if none are given");
  addModelOptions(command)
    .option("--run <folder>", "simulate from this run instead of a model", path("--run"))
    .option(
      "--from <what>",
      "prior or posterior (of a run)",
      oneOf("--from", ["prior", "posterior"]),
    )
    .option(
      "--seed <n>",
      "the same seed gives the same rows (default: 1)",
      wholeNumber("--seed", 0),
    )
    .option("--component-column <name>", "column for the component (default: component)")
    .option("--out <file.csv>", "write here instead of printing", path("--out"))
    .action((data: string | undefined, options: SimulateOptions) =>
      context.finish(run(context, data, options)),
    );
};

async function run(context: Context, data: string | undefined, options: SimulateOptions) {
  checkOptions(data, options);
  const api = await context.api();
  const simulated =
    options.run === undefined
      ? await fromModel(api, data!, options)
      : await fromRun(api, options.run, data, options);
  const table = api.withComponent(simulated, options.componentColumn);
  if (options.json === true) printJson(context, asJson(simulated, table, options));
  else putTable(context, api, table, options.out);
  return OK;
}

/** Throws an InputError unless it is clear what to simulate from. */
function checkOptions(data: string | undefined, options: SimulateOptions): void {
  const { run, from, formula, model } = options;
  const declared = formula !== undefined || model !== undefined;
  if (run === undefined && from === "posterior") {
    throw new InputError("--from posterior must come with --run, which names a run");
  }
  if (run !== undefined && declared) {
    throw new InputError("either --run or a model must be given; got both; leave out one");
  }
  if (run === undefined && !declared) {
    throw new InputError(
      "what to simulate from must be given by --model, --formula or --run; got none; " +
        "for example: moebius simulate data.csv --model model.json",
    );
  }
  if (run === undefined && data === undefined) {
    throw new InputError("`moebius simulate` must be given <data.csv>; only a run brings its own");
  }
}

async function fromModel(api: Api, data: string, options: SimulateOptions): Promise<Simulated> {
  const model = await declaredModel(api, options);
  return first(api.simulatePrior(model, await api.readTable(data), once(options)));
}

async function fromRun(
  api: Api,
  folder: string,
  data: string | undefined,
  options: SimulateOptions,
): Promise<Simulated> {
  const { run, table: own, record } = api.openRun(folder);
  const factors = Object.keys(record.factors);
  const table = data === undefined ? own : await api.readTable(data, { factors });
  if (options.from === "prior") return first(api.simulatePrior(run.model, table, once(options)));
  const fitted = api.compile(run.model, own);
  return first(api.simulatePosterior(fitted, run.draws, table, once(options)));
}

const once = ({ seed = 1 }: SimulateOptions) => ({ replicates: 1, seed });

function first(simulated: readonly Simulated[]): Simulated {
  return simulated[0]!;
}

/** The rows, and the parameters that they were drawn at: a row a component. */
function asJson({ theta, gamma }: Simulated, table: Table, { seed = 1 }: SimulateOptions) {
  return { seed, rows: rowsOf(table), theta: rowsIn(theta), gamma: rowsIn(gamma) };
}

function rowsIn({ rows, columns, data }: Simulated["theta"]): number[][] {
  return Array.from({ length: rows }, (_, k) =>
    Array.from(data.subarray(k * columns, (k + 1) * columns)),
  );
}
