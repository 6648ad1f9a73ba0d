import type { Command } from "commander";
import type { Table } from "../index.ts";
import { defined, seedOption, workersOption } from "./common-options.ts";
import { gridPoints, numbersOfExperts, positive } from "./grid-points.ts";
import { InputError } from "./input-error.ts";
import { oneNumber, oneOf, path, wholeNumber, words } from "./option-values.ts";

/** What `moebius varying` is told. */
export interface VaryingOptions {
  readonly formula?: string;
  readonly index?: string;
  /** Numbers, or the text of a prior. */
  readonly components?: readonly number[] | string;
  readonly family?: string;
  readonly constant?: readonly string[];
  readonly dispersion?: "varying" | "constant";
  readonly bandwidth?: number;
  readonly grid?: readonly number[];
  readonly estimator?: "local" | "label-consistent";
  readonly starts?: number;
  readonly bands?: true;
  readonly bandKind?: "tube" | "multiplier" | "gumbel" | "bootstrap";
  readonly bias?: "corrected" | "none";
  readonly contrasts?: true;
  readonly gateAt?: string;
  readonly level?: number;
  readonly test?: readonly string[];
  readonly bootstrap?: number;
  readonly seed?: number;
  readonly workers?: number;
}

/** With fewer simulated responses p cannot be 0.05. */
const LEAST_REPLICATES = 19;

/** Gives a command the options that say which functions, and how they are estimated. */
export function addVaryingOptions(command: Command): Command {
  return addErrorOptions(addKernelOptions(addDeclaration(command)))
    .addOption(seedOption())
    .addOption(workersOption());
}

function addDeclaration(command: Command): Command {
  return command
    .optionsGroup("Model:")
    .option(
      "--formula <formula>",
      'what the experts and, after "|", the gate depend on: "y ~ z | x"; trials(n) and offset(log(s)) as in fit',
    )
    .option("--index <column>", "the column that coefficients are functions of")
    .option(
      "--components <k>",
      "how many experts, 1 to 10; 1:4 or 1,2,4: the one that predicts best; with --bayes also a prior",
      numbersOrPrior,
    )
    .option("--family <name>", "gaussian (default), binomial or negative-binomial")
    .option(
      "--constant <terms>",
      "what does not vary: gate:x,expert:z; gate or expert alone: all of it",
      words("--constant"),
    )
    .option(
      "--dispersion <how>",
      "whether sds, or sizes, are functions too: varying (default) or constant",
      oneOf("--dispersion", ["varying", "constant"]),
    );
}

/** What starts with a letter is a prior, which the library reads. */
function numbersOrPrior(text: string): readonly number[] | string {
  return /^\s*[a-z]/i.test(text) ? text : numbersOfExperts(text);
}

function addKernelOptions(command: Command): Command {
  return command
    .optionsGroup("Local likelihood:")
    .option(
      "--bandwidth <h>",
      "share of the range of the index, above 0 to 1 (default: chosen by cross-validation)",
      positive("--bandwidth"),
    )
    .option(
      "--grid <from:to:step>",
      "points on the index scaled to 0 … 1 (default: 0:1:0.05)",
      gridPoints,
    )
    .option(
      "--estimator <name>",
      "local (default) or label-consistent",
      oneOf("--estimator", ["local", "label-consistent"]),
    )
    .option("--starts <n>", "of the search for labels", wholeNumber("--starts", 1));
}

function addErrorOptions(command: Command): Command {
  return command
    .optionsGroup("Errors and tests:")
    .option("--bands", "intervals at each point, and bands at all points together")
    .option(
      "--band-kind <name>",
      "what bands come from: tube (default), multiplier, gumbel or bootstrap",
      oneOf("--band-kind", ["tube", "multiplier", "gumbel", "bootstrap"]),
    )
    .option(
      "--bias <how>",
      "bias of bands: corrected (default) or none",
      oneOf("--bias", ["corrected", "none"]),
    )
    .option("--contrasts", "also bands of differences between experts")
    .option(
      "--gate-at <rows.csv>",
      "also probabilities of experts, with bands, at these values of the gate's covariates",
      path("--gate-at"),
    )
    .option(
      "--level <p>",
      "of intervals and bands (default: 0.95)",
      oneNumber("--level", "a number between 0 and 1", (p) => p > 0 && p < 1),
    )
    .option(
      "--test <terms>",
      "likelihood-ratio test of each varying: expert:z1, expert2:z1, gate:x1, dispersion, all",
      words("--test"),
    )
    .option(
      "--bootstrap <n>",
      "responses simulated for each test (0: χ² alone, which rejects too often), or for bands (default: 200)",
      wholeNumber("--bootstrap", 0),
    )
    .optionsGroup("Options:");
}

/** Throws an InputError for options that lack what they are about. */
export function checkVarying(options: VaryingOptions): void {
  checkDeclared(options);
  checkErrors(options);
}

/** Throws an InputError unless formula, index and number of experts are there. */
function checkDeclared({ formula, index, components }: VaryingOptions): void {
  const example = 'for example --formula "y ~ z | x" --index u --components 2';
  const missing = Object.entries({ formula, index, components }).find(
    ([, value]) => value === undefined,
  );
  if (missing === undefined) return;
  throw new InputError(`--${missing[0]} must be given; got none; ${example}`);
}

/** Throws an InputError where an option has nothing to be about. */
function checkErrors(options: VaryingOptions): void {
  const { bands, bandKind, bias, test, bootstrap } = options;
  const ofBands = Object.entries({ "band-kind": bandKind, bias });
  const [stray] = ofBands.find(([, value]) => value !== undefined) ?? [];
  if (bands !== true && stray !== undefined) {
    throw new InputError(`--${stray} must come with --bands, which it is about`);
  }
  checkDerived(options);
  const simulates = test !== undefined || bands === true;
  if (bootstrap === undefined) return;
  if (!simulates) {
    throw new InputError("--bootstrap must come with --test or --bands, which responses are for");
  }
  const isBand = kindOf(options) === "bootstrap";
  if (bootstrap >= LEAST_REPLICATES || (bootstrap === 0 && !isBand)) return;
  throw new InputError(
    `--bootstrap must be at least ${LEAST_REPLICATES}, with which p can be 0.05${isBand ? "" : ", or 0 for χ² alone"}; ` +
      `got ${bootstrap}`,
  );
}

/** Throws an InputError where differences or probabilities are asked for of bands that have none. */
function checkDerived(options: VaryingOptions): void {
  const { bands, contrasts, gateAt: rows } = options;
  const asked = contrasts === true ? "contrasts" : rows === undefined ? undefined : "gate-at";
  if (asked === undefined || bands !== true || kindOf(options) !== "bootstrap") return;
  throw new InputError(
    `--${asked} must not come with bands of the kind bootstrap, which are of coefficients alone; take --band-kind tube`,
  );
}

/** What the library takes of them, `at` being the rows of --gate-at. */
export function studyOptions(options: VaryingOptions, at: Table | undefined) {
  const { bandwidth, grid, estimator, starts, seed, workers, level, test, bootstrap } = options;
  const { bands, bias, components, contrasts } = options;
  return {
    ...defined({ bandwidth, grid, estimator, starts, seed, workers }),
    ...(typeof components === "object" && components.length > 1 ? { numbers: components } : {}),
    ...defined({ level, tests: test, replicates: bootstrap }),
    ...(bands === true ? { bands: defined({ kind: kindOf(options), bias, contrasts, at }) } : {}),
  };
}

/** Simulated responses that no test needs are for the bands. */
function kindOf({ bandKind, bootstrap, test }: VaryingOptions): VaryingOptions["bandKind"] {
  return bandKind ?? (bootstrap !== undefined && test === undefined ? "bootstrap" : undefined);
}
