import type { Command } from "commander";
import type { Table } from "../index.ts";
import { defined } from "./common-options.ts";
import { positive } from "./grid-points.ts";
import { InputError } from "./input-error.ts";
import { wholeNumber } from "./option-values.ts";
import type { VaryingOptions } from "./varying-options.ts";

/** How the posterior of functions is sampled. */
export interface VaryingBayesOptions {
  readonly bayes?: true;
  readonly chains?: number;
  readonly warmup?: number;
  readonly draws?: number;
  readonly psi?: number;
  readonly basis?: number;
}

/** Gives a command the options of sampling functions. */
export function addVaryingBayesOptions(command: Command): Command {
  return command
    .optionsGroup("Posterior:")
    .option("--bayes", "draw from the posterior, functions smooth as splines are, no bandwidth")
    .option("--chains <n>", "independent chains (default: 4)", wholeNumber("--chains", 1))
    .option("--warmup <n>", "iterations thrown away (default: 1000)", wholeNumber("--warmup", 0))
    .option("--draws <n>", "draws kept a chain (default: 1000)", wholeNumber("--draws", 1))
    .option("--psi <x>", "prior sd of a function's scale (default: 1)", positive("--psi"))
    .option("--basis <n>", "coefficients a function (default: 10)", wholeNumber("--basis", 2))
    .optionsGroup("Options:");
}

/** Throws an InputError for options of the one way that come with the other. */
export function checkBayes(options: VaryingOptions & VaryingBayesOptions): void {
  const { bayes, components, chains, warmup, draws, psi, basis } = options;
  const { bandwidth, estimator, starts, bandKind, bias, test, bootstrap } = options;
  const given = (of: Readonly<Record<string, unknown>>): string | undefined =>
    Object.entries(of).find(([, value]) => value !== undefined)?.[0];
  if (bayes !== true) {
    const stray = given({ chains, warmup, draws, psi, basis });
    if (stray !== undefined) throw new InputError(`--${stray} must come with --bayes`);
    if (typeof components !== "string") return;
    throw new InputError(
      `a prior on the number of experts must come with --bayes; got "${components}"`,
    );
  }
  const ofKernels = { bandwidth, estimator, starts, "band-kind": bandKind, bias, test, bootstrap };
  const stray = given(ofKernels);
  if (stray !== undefined) {
    const why =
      stray === "test" ? "Bayes factors of all functions come by themselves" : "it is of kernels";
    throw new InputError(`--${stray} must not come with --bayes: ${why}; leave out one`);
  }
  if (typeof components === "string" || components === undefined || components.length === 1) return;
  throw new InputError(
    `--components must be one number or a prior, such as "poisson(1)", with --bayes; got ${components.join(",")}`,
  );
}

/** What the library takes of them. */
export function posteriorOptions(
  options: VaryingOptions & VaryingBayesOptions,
  at: Table | undefined,
) {
  const { chains, warmup, draws, psi, basis, grid, level, contrasts, seed, workers } = options;
  return defined({
    ...{ chains, warmup, draws, psi, basis, grid, level, seed, workers },
    ...{ contrasts, at },
  });
}
