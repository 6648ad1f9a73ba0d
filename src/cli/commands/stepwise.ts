import { parse } from "node:path";
import type { StepwiseOptions as LibraryOptions } from "../../index.ts";
import { type CliCommand, type Context, note } from "../context.ts";
import { OK, PROBLEMS } from "../exit-codes.ts";
import { InputError } from "../input-error.ts";
import { oneOf, wholeNumber } from "../option-values.ts";
import {
  addSearchOptions,
  checkOut,
  fittingOptions,
  type SearchOptions,
  showFound,
} from "../search-output.ts";

interface StepwiseOptions extends SearchOptions {
  readonly response?: string;
  readonly experts?: readonly string[];
  readonly gate?: readonly string[];
  readonly family?: string;
  readonly maxComponents?: number;
  readonly criterion?: NonNullable<LibraryOptions["criterion"]>;
  readonly direction?: NonNullable<LibraryOptions["direction"]>;
}

const FILE = "stepwise.json";

/** moebius stepwise: formulas and the number of experts, step by step. */
export const stepwise: CliCommand = (program, context) => {
  const command = program
    .command("stepwise")
    .description("choose formulas and the number of experts step by step, by BIC or another")
    .argument("<data.csv>", "the data: CSV with a header line")
    .optionsGroup("Model:")
    .option("--response <y>", "the response: a column, or what a formula may have on its left")
    .option("--experts <terms>", "what the experts may depend on: x,z,log(w)", terms("--experts"))
    .option("--gate <terms>", "what the gate may depend on", terms("--gate"))
    .option("--family <name>", "family of the experts (default: gaussian)")
    .option(
      "--max-components <k>",
      "the most experts (default: 4)",
      wholeNumber("--max-components", 1),
    )
    .optionsGroup("Options:")
    .option(
      "--criterion <name>",
      "what every step improves: bic (default), aic, aicc or icl",
      oneOf("--criterion", ["aic", "aicc", "bic", "icl"]),
    )
    .option(
      "--direction <name>",
      "forward (default) from the smallest model, or backward from the largest",
      oneOf("--direction", ["forward", "backward"]),
    );
  addSearchOptions(command, FILE).action((data: string, options: StepwiseOptions) =>
    context.finish(run(context, data, options)),
  );
};

async function run(context: Context, data: string, options: StepwiseOptions): Promise<number> {
  const { response, experts = [], gate = [], family, maxComponents } = options;
  checkOut(options, FILE);
  if (response === undefined) {
    throw new InputError('the response must be given by --response, such as "y"; got none');
  }
  const api = await context.api();
  const table = await api.readTable(data);
  const { criterion, direction } = options;
  const given = {
    ...fittingOptions(options),
    ...(criterion === undefined ? {} : { criterion }),
    ...(direction === undefined ? {} : { direction }),
    source: parse(data).base,
    onStep: (step: { readonly move: string; readonly criterion: number }) =>
      note(context, options, `${step.move}: ${step.criterion.toFixed(2)}`),
  };
  const space = {
    response,
    experts,
    gate,
    ...(family === undefined ? {} : { family }),
    ...(maxComponents === undefined ? {} : { maxComponents }),
  };
  const found = await context.io.interruptible(
    (signal) => api.stepwise(space, table, { ...given, signal }),
    () => note(context, options, "stopping; press Ctrl-C again to quit at once"),
  );
  const { verdict, summary, input, ok } = found;
  const report = api.buildStepwiseReport(input);
  const show = { ...options, file: FILE, sections: ["path", "neighbours"] };
  await showFound(context, api, { verdict, summary, report }, show);
  return ok ? OK : PROBLEMS;
}

/** Reads terms that commas separate; commas within parentheses or backticks belong to a term. */
function terms(option: string): (text: string) => string[] {
  return (text) => {
    const found = (text.match(/(?:\((?:[^()]|\([^()]*\))*\)|`[^`]*`|[^,])+/g) ?? []).map((term) =>
      term.trim(),
    );
    const separators = text.replace(/\((?:[^()]|\([^()]*\))*\)|`[^`]*`/g, "").split(",").length;
    if (found.length === separators && found.every((term) => term !== "")) return found;
    throw new InputError(`${option} must be terms separated by commas; got "${text}"`);
  };
}
