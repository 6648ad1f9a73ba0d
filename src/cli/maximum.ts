import type { Command } from "commander";
import type { Analysis, Comparison, OpenedRun } from "../index.ts";
import { type Api, type Context, note, type OutputOptions } from "./context.ts";
import { type LabelOptions, labelling } from "./label-options.ts";
import { path, wholeNumber } from "./option-values.ts";

/** Which maximum a posterior is compared with. */
export interface MaximumOptions {
  readonly starts?: number;
  readonly seed?: number;
  readonly workers?: number;
  readonly em?: string;
}

/** Gives a command the options that say which maximum. */
export function addMaximumOptions(command: Command): Command {
  return command
    .option("--starts <n>", "how many starts of EM (default: 20)", wholeNumber("--starts", 1))
    .option("--seed <n>", "of the starts (default: 1)", wholeNumber("--seed", 0))
    .option("--workers <n>", "threads at most (default: one a core)", wholeNumber("--workers", 1))
    .option("--em <folder>", "the maximum that `moebius em --out` has kept", path("--em"));
}

/** Maximizes the model of a run, or reads a maximum, and compares. */
export async function compareRun(
  context: Context,
  api: Api,
  { run, table }: Pick<OpenedRun, "run" | "table">,
  analysis: Analysis,
  options: MaximumOptions & LabelOptions & OutputOptions,
): Promise<Comparison> {
  const { em, starts, seed, workers } = options;
  const given = Object.entries({ starts, seed, workers }).filter(
    ([, value]) => value !== undefined,
  );
  const maximum =
    em === undefined
      ? await context.io.interruptible(
          (signal) => api.maximizeRun(run, table, { ...Object.fromEntries(given), signal }),
          () => note(context, options, "stopping; press Ctrl-C again to quit at once"),
        )
      : api.openMaximum(em);
  return api.compare(run, table, maximum, { ...labelling(options), analysis });
}

/** The analysis of a run with the maximum in what its report shows, where there are draws to compare with it. */
export async function withMaximum(
  context: Context,
  api: Api,
  fitted: Pick<OpenedRun, "run" | "table">,
  analysis: Analysis,
  options: MaximumOptions & LabelOptions & OutputOptions,
): Promise<Analysis> {
  if (analysis.input.run === undefined) return analysis;
  const { input: comparison } = await compareRun(context, api, fitted, analysis, options);
  return { ...analysis, input: { ...analysis.input, comparison } };
}
