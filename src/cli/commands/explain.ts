import type { Explanation } from "../../index.ts";
import { type CliCommand, type Context, type OutputOptions, printJson } from "../context.ts";
import { OK } from "../exit-codes.ts";
import { addMissingOption, checkMissing, type MissingOptions } from "../missing.ts";
import { addModelOptions, declaredModel, type ModelOptions } from "../model-options.ts";

interface ExplainOptions extends ModelOptions, MissingOptions, OutputOptions {
  readonly sampler?: string;
  readonly gateUpdate?: string;
}

/** moebius explain: what would be sampled, and how, before it is. */
export const explain: CliCommand = (program, context) => {
  const command = program
    .command("explain")
    .description("say what a model means for the data: terms, priors with every default, updates")
    .argument("<data.csv>", "the data: CSV with a header line");
  addMissingOption(addModelOptions(command))
    .option(
      "--sampler <name>",
      "how to sample (default: marginal, or auto for a random number of experts)",
    )
    .option("--gate-update <name>", "how the gate is updated: laplace or polya-gamma")
    .action((data: string, options: ExplainOptions) => context.finish(run(context, data, options)));
};

async function run(context: Context, data: string, options: ExplainOptions): Promise<number> {
  const api = await context.api();
  const model = await declaredModel(api, options);
  const table = await api.readTable(data);
  checkMissing(api, model, table, options);
  const { sampler, gateUpdate } = options;
  const explanation = api.explain(model, table, {
    ...(sampler === undefined ? {} : { sampler }),
    ...(gateUpdate === undefined ? {} : { gateUpdate }),
  });
  if (options.json === true) printJson(context, explanation);
  else context.io.stdout.write(asText(explanation, options.quiet === true));
  return OK;
}

type Line = readonly [about: string, words: string];

/** The model in words; with --quiet only its terms and priors. */
function asText(explanation: Explanation, brief: boolean): string {
  const { rows, dropped, terms, statements, updates, gateUpdates, sweep, findings } = explanation;
  const left = dropped === 0 ? "" : `; ${dropped} left out because a value was missing`;
  const model: Line[] = [
    ["data", `${rows} rows${left}`],
    ...statements.map(({ about, words }): Line => [about, words]),
    ["terms of the experts", listed(terms.experts)],
    ["terms of the gate", listed(terms.gate)],
  ];
  const sampling: Line[] = [
    ...updates.map(({ block, method }): Line => [`update of ${block}`, method]),
    ["updates of the gate to choose from", listed(gateUpdates)],
    ...sweep.map((move, m): Line => [m === 0 ? "one sweep" : "", move]),
  ];
  const notes = findings.map(({ severity, message }): Line => [severity, message]);
  return columns(brief ? model : [...model, ...sampling, ...notes]);
}

const listed = (names: readonly string[]): string =>
  names.length === 0 ? "none" : names.join(", ");

function columns(lines: readonly Line[]): string {
  const width = Math.max(...lines.map(([about]) => about.length));
  return lines.map(([about, words]) => `${about.padEnd(width)}  ${words}\n`).join("");
}
