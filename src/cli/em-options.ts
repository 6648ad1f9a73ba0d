import type { Command } from "commander";
import type { MaximizeOptions } from "../index.ts";
import { defined, seedOption, workersOption } from "./common-options.ts";
import { InputError } from "./input-error.ts";
import { oneNumber, oneOf, wholeNumber, words } from "./option-values.ts";

/** How a command line says how to maximize. */
export interface EmOptions {
  readonly starts?: number;
  readonly startKinds?: readonly string[];
  readonly startColumn?: string;
  readonly seed?: number;
  readonly workers?: number;
  readonly penalized?: true;
  readonly variant?: NonNullable<MaximizeOptions["variant"]>;
  readonly maxIterations?: number;
  readonly sdFloor?: number;
  readonly equalSd?: true;
  readonly shared?: readonly string[];
  readonly fix?: readonly string[];
  readonly errors?: NonNullable<MaximizeOptions["errors"]>;
  readonly replicates?: number;
  readonly level?: number;
  readonly testNext?: true;
}

/** Gives a command the options of EM. */
export function addEmOptions(command: Command): Command {
  return command
    .optionsGroup("EM:")
    .option("--starts <n>", "how many starts (default: 20)", wholeNumber("--starts", 1))
    .option(
      "--start-kinds <names>",
      "the kinds of start that take turns (default: all)",
      words("--start-kinds"),
    )
    .option(
      "--start-column <name>",
      "one start more: the component of each row, 1 to k, in this column of the data",
    )
    .addOption(seedOption())
    .addOption(workersOption())
    .option("--penalized", "the posterior mode under the priors, not the likelihood's maximum")
    .option(
      "--variant <name>",
      "em (default), classification or stochastic",
      oneOf("--variant", ["em", "classification", "stochastic"]),
    )
    .option(
      "--max-iterations <n>",
      "of every start (default: 2000)",
      wholeNumber("--max-iterations", 1),
    )
    .optionsGroup("Constraints:")
    .option(
      "--sd-floor <sd>",
      "no sd becomes smaller",
      oneNumber("--sd-floor", "a positive number", (sd) => sd > 0),
    )
    .option("--equal-sd", "one sd for all experts")
    .option("--shared <terms>", "terms whose coefficients all experts share", words("--shared"))
    .option(
      "--fix <expert:term=value,…>",
      'coefficients held at a number: "1:x=0.5"',
      words("--fix"),
    )
    .optionsGroup("Errors and tests:")
    .option(
      "--errors <kind>",
      "observed (default), sandwich, profile, or by bootstrap: parametric, weighted",
      oneOf("--errors", ["observed", "sandwich", "profile", "parametric", "weighted"]),
    )
    .option(
      "--level <p>",
      "of the intervals (default: 0.95)",
      oneNumber("--level", "a number between 0 and 1", (p) => p > 0 && p < 1),
    )
    .option("--test-next", "test against one expert more, by simulated data sets")
    .option(
      "--replicates <n>",
      "of a bootstrap (default: 200) and of --test-next (default: 99)",
      wholeNumber("--replicates", 2),
    )
    .optionsGroup("Options:");
}

/** The options of `maximize` that a command line gives. */
export function maximizeOptions(options: EmOptions): MaximizeOptions {
  const { starts, startKinds, seed, workers, penalized, variant, maxIterations } = options;
  const { sdFloor, equalSd, shared, fix, errors, replicates, level } = options;
  return defined({
    starts,
    // The library says which names there are.
    startKinds: startKinds as MaximizeOptions["startKinds"],
    seed,
    workers,
    penalized,
    variant,
    maxIterations,
    sdFloor,
    equalSd,
    shared,
    fixed: fix?.map(fixedCoefficient),
    errors,
    replicates,
    level,
  });
}

function fixedCoefficient(text: string) {
  const [, component, term, value] = /^(\d+):(.+)=([^=]+)$/.exec(text) ?? [];
  const number = Number(value);
  if (component === undefined || term === undefined || !Number.isFinite(number)) {
    throw new InputError(
      `--fix must be <expert:term=value>, such as 1:x=0.5; got "${text}"; separate several by commas`,
    );
  }
  return { component: Number(component), term, value: number };
}
