import { parse } from "node:path";
import type { FitTest, KnownEvidence } from "../../index.ts";
import { defined, seedOption, workersOption } from "../common-options.ts";
import { type CliCommand, type Context, note, type OutputOptions, printJson } from "../context.ts";
import { OK } from "../exit-codes.ts";
import { InputError } from "../input-error.ts";
import { addMissingOption, checkMissing, type MissingOptions } from "../missing.ts";
import { addModelOptions, declaredModel, type ModelOptions } from "../model-options.ts";
import { oneNumber, path, wholeNumber } from "../option-values.ts";
import { progressOf, STOPPING } from "../progress.ts";

interface Options extends ModelOptions, MissingOptions, OutputOptions {
  readonly replicates?: number;
  readonly starts?: number;
  readonly sdFloor?: number;
  readonly chains?: number;
  readonly warmup?: number;
  readonly draws?: number;
  readonly seed?: number;
  readonly workers?: number;
  readonly out?: string;
}

/** moebius gof: whether anything deviates from a known density. */
export const gof: CliCommand = (program, context) => {
  const command = program
    .command("gof")
    .description(
      "test whether a known density has made the data: likelihood ratio and Bayes factor",
    )
    .argument("<data.csv>", "the data: CSV with a header line");
  addMissingOption(addModelOptions(command))
    .option(
      "--replicates <n>",
      "data sets simulated from the known density (default: 99)",
      wholeNumber("--replicates", 2),
    )
    .option("--starts <n>", "of EM, for each data set (default: 9)", wholeNumber("--starts", 1))
    .option(
      "--sd-floor <sd>",
      "no sd becomes smaller",
      oneNumber("--sd-floor", "a positive number", (sd) => sd > 0),
    )
    .option("--chains <n>", "of the posterior (default: 4)", wholeNumber("--chains", 1))
    .option("--warmup <n>", "iterations thrown away (default: 1000)", wholeNumber("--warmup", 0))
    .option("--draws <n>", "draws kept a chain (default: 1000)", wholeNumber("--draws", 1))
    .addOption(seedOption())
    .addOption(workersOption())
    .option("--out <folder>", "keep the run of the posterior here", path("--out"))
    .action((data: string, options: Options) => context.finish(run(context, data, options)));
};

async function run(context: Context, data: string, options: Options): Promise<number> {
  const api = await context.api();
  const model = await declaredModel(api, options);
  if (model.known === undefined) {
    throw new InputError(
      'a known density must be given by --known, or by "known" in the model; for example --known "normal(0, 1)"',
    );
  }
  const table = await api.readTable(data);
  checkMissing(api, model, table, options);
  const progress = await progressOf(api, context, options);
  const { test, drawn, evidence } = await context.io.interruptible(
    async (signal) => {
      note(context, options, "simulating data sets from the known density");
      const test = await api.testKnown(model, table, { ...testOptions(options), signal });
      note(context, options, "sampling the posterior");
      const given = { ...samplingOptions(options), source: parse(data).base, progress, signal };
      const drawn = await api.sample(model, table, given);
      note(context, options, "finding the Bayes factor");
      const evidence = await api.knownEvidence(drawn, table, { ...ofEvidence(options), signal });
      return { test, drawn, evidence };
    },
    () => note(context, options, STOPPING),
  );
  const analysis = api.analyze(drawn, table);
  const share = analysis.summary.variables.find(({ name }) => name === "lambda")!;
  const { simulated: _, ...numbersOfTest } = test;
  const result = {
    ...numbersOfTest,
    logBayesFactor: factorOf(evidence),
    lambda: { mean: share.mean, sd: share.sd, q5: share.q5, q95: share.q95 },
    conclusion: inWords(test, evidence),
    findings: analysis.findings,
    version: api.version,
  };
  if (options.json === true) printJson(context, result);
  else context.io.stdout.write(asText(result, options.quiet === true));
  return OK;
}

type Result = Omit<FitTest, "simulated"> & {
  readonly logBayesFactor: ReturnType<typeof factorOf>;
  readonly lambda: { readonly mean: number; readonly q5: number; readonly q95: number };
  readonly conclusion: string;
};

function factorOf({ logBayesFactor: value, ...rest }: KnownEvidence) {
  return { value, ...rest };
}

/** Where a test says that the data are unlikely under the known density. */
const LEVEL = 0.05;
/** A Bayes factor of 3, on which words agree that it says something. */
const WORTH_MENTIONING = Math.log(3);

function inWords(
  { pValue }: FitTest,
  { logBayesFactor }: { readonly logBayesFactor: number },
): string {
  const test =
    pValue <= LEVEL
      ? `Data like these are rare under the known density (p ${pValue.toPrecision(2)})`
      : `Data like these are not rare under the known density (p ${pValue.toPrecision(2)})`;
  const factor =
    logBayesFactor > WORTH_MENTIONING
      ? "the Bayes factor speaks for it"
      : logBayesFactor < -WORTH_MENTIONING
        ? "the Bayes factor speaks against it"
        : "the Bayes factor says little either way";
  return `${test}; ${factor}.`;
}

function asText(result: Result, brief: boolean): string {
  const { conclusion, statistic, pValue, replicates, failures, logBayesFactor, lambda } = result;
  if (brief) return `${conclusion}\n`;
  const { value, mcse, method, unreliable } = logBayesFactor;
  const by = method === "draws" ? "draws" : "sequential Monte Carlo";
  const shaky = unreliable === undefined ? "" : `; ${unreliable}`;
  return [
    conclusion,
    "",
    `likelihood ratio      ${statistic.toFixed(3)} = 2 × (${result.logLikelihood.toFixed(3)} − ${result.knownLogLikelihood.toFixed(3)})`,
    `p-value               ${pValue.toPrecision(3)}, from ${replicates} data sets of the known density${failures > 0 ? `, ${failures} without a regular maximum` : ""}`,
    `log Bayes factor      ${value.toFixed(2)} ± ${mcse.toFixed(2)} for the known density alone, by ${by}${shaky}`,
    `share of the mixture  ${lambda.mean.toFixed(3)} [${lambda.q5.toFixed(3)}, ${lambda.q95.toFixed(3)}]`,
    "",
  ].join("\n");
}

function testOptions({ replicates, starts, sdFloor, seed, workers }: Options) {
  return defined({ replicates, starts, sdFloor, seed, workers });
}

function ofEvidence({ seed, workers }: Options) {
  return defined({ seed, workers });
}

function samplingOptions({ chains, warmup, draws, seed, workers, out }: Options) {
  return defined({ chains, warmup, draws, seed, workers, out });
}
