import { existsSync } from "node:fs";
import { join } from "node:path";
import { type CliCommand, type Context, note, printJson } from "../context.ts";
import { OK } from "../exit-codes.ts";
import { InputError } from "../input-error.ts";
import { numbers, path, wholeNumber } from "../option-values.ts";
import { type PredictOptions, predictByFit } from "../predict-varying.ts";
import { putTable, rowsOf } from "../tables.ts";

/** moebius predict: what is to be expected of the response in new rows, and where they come from. */
export const predict: CliCommand = (program, context) => {
  program
    .command("predict")
    .description(
      "predict y for new rows: mean, sd, quantiles, density and cdf at y, probabilities of components",
    )
    .argument("<run>", "the folder of the run, or of a kernel fit by moebius varying")
    .argument(
      "<new.csv>",
      "the new rows; their response, if there is one, is what density is taken at",
    )
    .option(
      "--quantiles <p,…>",
      "quantiles of a new y (default: 0.05,0.5,0.95)",
      numbers("--quantiles", "numbers between 0 and 1", (p) => p > 0 && p < 1),
    )
    .option(
      "--at <y,…>",
      "values of y at which density and cdf are wanted too",
      numbers("--at", "numbers", Number.isFinite),
    )
    .option("--draws <n>", "use at most n draws (default: 1000)", wholeNumber("--draws", 1))
    .option(
      "--extrapolate",
      "by a kernel fit: take rows beyond its index with the coefficients of the nearest end",
    )
    .option("--out <file.csv>", "write here instead of printing", path("--out"))
    .action((folder: string, file: string, options: PredictOptions) =>
      context.finish(run(context, folder, file, options)),
    );
};

async function run(context: Context, folder: string, file: string, options: PredictOptions) {
  const api = await context.api();
  const kernel = existsSync(join(folder, "run.json")) ? undefined : api.openVaryingFit(folder);
  if (kernel !== undefined) return predictByFit(context, api, kernel, file, options);
  const { run: fitted, table, record } = api.openRun(folder);
  if (options.extrapolate === true) {
    throw new InputError("--extrapolate must come with a kernel fit by moebius varying");
  }
  const rows = await api.readTable(file, { factors: Object.keys(record.factors) });
  const compiled = api.compile(fitted.model, table);
  const { quantiles, at, draws, out } = options;
  const most = draws === undefined ? {} : { draws };
  const predictions = api.predict(compiled, fitted.draws, rows, {
    ...most,
    ...(quantiles === undefined ? {} : { probabilities: quantiles }),
    ...(at === undefined ? {} : { at }),
  });
  if (hasProblems(record.verdict)) note(context, options, UNTRUSTED);
  const labelled = api.labelledDraws(fitted, table);
  if (labelled === undefined) note(context, options, NO_COMPONENTS);
  const components = labelled && api.predictComponents(compiled, labelled, rows, most);
  const predicted = api.predictionTable(predictions, components);
  const isRandom = typeof fitted.model.components !== "number";
  const given = isRandom ? components?.probability.length : undefined;
  if (given !== undefined) note(context, options, averagedOver(given));
  if (options.json === true) {
    const componentsGiven = given === undefined ? {} : { componentsGiven: given };
    printJson(context, { ...componentsGiven, rows: rowsOf(predicted) });
  } else putTable(context, api, predicted, out);
  return OK;
}

/** Whether problems were found when the run was last looked at. */
function hasProblems(verdict: unknown): boolean {
  return typeof verdict === "object" && verdict !== null && "ok" in verdict && verdict.ok === false;
}

const averagedOver = (given: number): string =>
  "predictions are averaged over the number of experts; probabilities of components (p_component_…) " +
  `are given the likeliest number, ${given}`;

const UNTRUSTED =
  "warning: problems were found in this run, so its predictions may be wrong; see moebius summary";
const NO_COMPONENTS =
  "probabilities of components are left out: the draws do not tell which component is which; see moebius summary";
