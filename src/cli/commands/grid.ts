import { parse } from "node:path";
import { type CliCommand, type Context, note } from "../context.ts";
import { OK, PROBLEMS } from "../exit-codes.ts";
import { InputError } from "../input-error.ts";
import { addMissingOption, checkMissing, type MissingOptions } from "../missing.ts";
import { wholeNumber } from "../option-values.ts";
import {
  addSearchOptions,
  checkOut,
  countdown,
  fittingOptions,
  type SearchOptions,
  showFound,
} from "../search-output.ts";

interface GridOptions extends SearchOptions, MissingOptions {
  readonly formula?: readonly string[];
  readonly components?: readonly number[];
  readonly family?: string;
  readonly cv?: number;
}

const FILE = "grid.json";

/** moebius grid: several formulas at several numbers of experts, side by side. */
export const grid: CliCommand = (program, context) => {
  const command = program
    .command("grid")
    .description("compare formulas and numbers of experts: AIC, BIC, ICL, cross-validation")
    .argument("<data.csv>", "the data: CSV with a header line")
    .optionsGroup("Model:")
    .option(
      "--formula <formula>",
      'experts and, after "|", gate: "y ~ x | x"; give it several times for several models',
      (text: string, before: readonly string[] = []) => [...before, text],
    )
    .option("--components <k,…>", "numbers of experts: 1:4 (default) or 1,2,5", numbersOfExperts)
    .option("--family <name>", "family of the experts (default: gaussian)")
    .optionsGroup("Options:")
    .option(
      "--cv <folds>",
      "folds of the cross-validation (default: 10; 0: none)",
      wholeNumber("--cv", 0),
    );
  addSearchOptions(addMissingOption(command), FILE).action((data: string, options: GridOptions) =>
    context.finish(run(context, data, options)),
  );
};

async function run(context: Context, data: string, options: GridOptions): Promise<number> {
  const { formula: formulas, components, family, cv } = options;
  checkOut(options, FILE);
  if (formulas === undefined) {
    throw new InputError(
      'a model must be given by --formula; got none; for example --formula "y ~ x" --formula "y ~ x | x"',
    );
  }
  if (cv === 1) throw new InputError("--cv must be 0 (none) or a whole number ≥ 2; got 1");
  const api = await context.api();
  const models = formulas.map((formula) =>
    api.fromFormula({ formula, components: 1, ...(family === undefined ? {} : { family }) }),
  );
  const table = await api.readTable(data);
  for (const model of models) checkMissing(api, model, table, options);
  const given = {
    ...fittingOptions(options),
    ...(components === undefined ? {} : { components }),
    ...(cv === undefined ? {} : { folds: cv }),
    source: parse(data).base,
    progress: countdown(context, options, "models"),
  };
  const found = await context.io.interruptible(
    (signal) => api.maximizeGrid(models, table, { ...given, signal }),
    () => note(context, options, "stopping; press Ctrl-C again to quit at once"),
  );
  const { verdict, summary, input, ok } = found;
  const report = api.buildGridReport(input);
  const show = { ...options, file: FILE, sections: ["models", "best"] };
  await showFound(context, api, { verdict, summary, report }, show);
  return ok ? OK : PROBLEMS;
}

/** "1:4" or "1,2,5". */
function numbersOfExperts(text: string): number[] {
  const parts = text.split(",").map((part) => /^\s*(\d+)\s*(?::\s*(\d+)\s*)?$/.exec(part));
  const found = parts.flatMap((part) => {
    if (part === null) return [Number.NaN];
    const from = Number(part[1]);
    const to = Number(part[2] ?? part[1]);
    if (to > MOST) return [Number.NaN];
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, k) => from + k);
  });
  const known = [...new Set(found)].sort((a, b) => a - b);
  if (known.length > 0 && known.every((K) => K >= 1)) return known;
  throw new InputError(
    `--components must be numbers of experts such as 1:4 or 1,2,5 (at most ${MOST}); got "${text}"`,
  );
}

const MOST = 100;
