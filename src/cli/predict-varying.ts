import type { OpenedVaryingFit } from "../index.ts";
import { defined } from "./common-options.ts";
import { type Api, type Context, note, type OutputOptions, printJson } from "./context.ts";
import { OK } from "./exit-codes.ts";
import { InputError } from "./input-error.ts";
import { putTable, rowsOf } from "./tables.ts";

/** What `moebius predict` is told. */
export interface PredictOptions extends OutputOptions {
  readonly quantiles?: readonly number[];
  readonly at?: readonly number[];
  readonly draws?: number;
  readonly extrapolate?: true;
  readonly out?: string;
}

/** Predicts new rows by a kernel fit of varying coefficients. */
export async function predictByFit(
  context: Context,
  api: Api,
  { fit, factors, ok }: OpenedVaryingFit,
  file: string,
  options: PredictOptions,
): Promise<number> {
  const { quantiles, at, draws, extrapolate, out } = options;
  if (draws !== undefined) {
    throw new InputError(
      "--draws must come with the folder of a run; this one holds a kernel fit, which has no draws",
    );
  }
  const table = await api.readTable(file, { factors });
  const predicted = api.predictVarying(fit, table, {
    ...defined({ probabilities: quantiles, at, extrapolate }),
  });
  if (ok === false) note(context, options, UNTRUSTED);
  for (const { message } of predicted.findings) note(context, options, `warning: ${message}`);
  const columns = api.varyingPredictionTable(predicted);
  if (options.json === true) printJson(context, { rows: rowsOf(columns) });
  else putTable(context, api, columns, out);
  return OK;
}

const UNTRUSTED =
  "warning: problems were found in this fit, so its predictions may be wrong; see the findings in varying.json";
