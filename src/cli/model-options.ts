import type { Command } from "commander";
import type { ModelDeclaration } from "../index.ts";
import type { Api } from "./context.ts";
import { InputError } from "./input-error.ts";
import { wholeNumber } from "./option-values.ts";
import { readJson } from "./read-json.ts";

/** How a command line says which model it means. */
export interface ModelOptions {
  readonly formula?: string;
  /** A number, or the text of a prior on it. */
  readonly components?: number | string;
  readonly maxComponents?: number;
  readonly family?: string;
  readonly known?: string;
  readonly prior?: string;
  readonly model?: string;
}

/** Gives a command the options that declare a model. */
export function addModelOptions(command: Command): Command {
  return command
    .optionsGroup("Model:")
    .option(
      "--formula <formula>",
      'what the experts and, after "|", the gate depend on: "y ~ x | x"; without "|" the gate is constant',
    )
    .option(
      "--components <k|prior>",
      'how many experts, or a prior: "poisson(1)", "geometric(0.3)", "bnb(1,4,3)", "uniform(1,8)", "weights(0.6,0.4)"',
      numberOrPrior,
    )
    .option(
      "--max-components <k>",
      "the largest number that poisson, geometric or bnb allows (default: 10)",
      wholeNumber("--max-components", 1),
    )
    .option("--family <name>", "family of the experts (default: gaussian)")
    .option(
      "--known <density>",
      'a known density from which the mixture deviates: "laplace(0.3*x, 1)"',
    )
    .option("--prior <file.json>", "priors; what the file leaves out gets its default")
    .option("--model <file.json>", "the whole model, instead of the options above")
    .optionsGroup("Options:");
}

const components = wholeNumber("--components", 1);

/** A number, or what starts with a letter: a prior, which the library reads. */
function numberOrPrior(text: string): number | string {
  return /^\s*[a-z]/i.test(text) ? text : components(text);
}

/** The model that the options declare; throws an InputError where they say nothing, or too much. */
export async function declaredModel(api: Api, options: ModelOptions): Promise<ModelDeclaration> {
  checkModelOptions(options);
  const { formula, components, maxComponents, family, known, prior, model } = options;
  if (model !== undefined) return await parsed(model, "a model", api.parseModel);
  if (formula === undefined || components === undefined) throw modelMissing(options);
  return api.fromFormula({
    formula,
    components: typeof components === "string" ? countPrior(api, components) : components,
    ...(maxComponents === undefined ? {} : { maxComponents }),
    ...(family === undefined ? {} : { family }),
    ...(known === undefined ? {} : { known }),
    ...(prior === undefined ? {} : { prior: await parsed(prior, "priors", api.parsePriorFile) }),
  });
}

/** Throws an InputError unless there is exactly one way to read the options. */
function checkModelOptions(options: ModelOptions): void {
  const { formula, components, maxComponents, family, known, prior, model } = options;
  const parts = { formula, components, "max-components": maxComponents, family, known, prior };
  const inParts = Object.entries(parts);
  const given = inParts.filter(([, value]) => value !== undefined).map(([name]) => `--${name}`);
  if (model === undefined) {
    if (formula === undefined || components === undefined) throw modelMissing(options);
    checkMaxComponents(options);
  } else if (given.length > 0) {
    throw new InputError(
      `--model declares the whole model, so nothing else may; got --model and ${given.join(", ")}; ` +
        "leave out one or the other",
    );
  }
}

/** Throws an InputError where --max-components has no prior to bound. */
function checkMaxComponents({ components, maxComponents }: ModelOptions): void {
  if (maxComponents === undefined || typeof components !== "number") return;
  throw new InputError(
    "--max-components must come with a prior on the number of experts; " +
      `got --components ${components}; leave it out, or write --components "uniform(1,${maxComponents})"`,
  );
}

function modelMissing({ formula, components }: ModelOptions): InputError {
  const example = 'for example --formula "y ~ x | x" --components 2';
  if (formula === undefined) {
    const found = components === undefined ? "neither" : "only --components";
    return new InputError(
      `the model must be given by --formula or --model; got ${found}; ${example}`,
    );
  }
  return new InputError(`--formula must come with --components; ${example}`);
}

/** A declaration from a JSON file; what is wrong with it is said with the name of the file. */
async function parsed<T>(path: string, what: string, parse: (json: unknown) => T): Promise<T> {
  const json = await readJson(path, what);
  return naming(path, () => parse(json));
}

function countPrior(api: Api, text: string): ReturnType<Api["parseComponents"]> {
  return naming("--components", () => api.parseComponents(text));
}

/** What `read` returns; what it throws gets the place in front that the text came from. */
function naming<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof Error) cause.message = `${place}: ${cause.message}`;
    throw cause;
  }
}
