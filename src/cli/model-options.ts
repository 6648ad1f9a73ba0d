import type { Command } from "commander";
import type { ModelDeclaration } from "../index.ts";
import type { Api } from "./context.ts";
import { InputError } from "./input-error.ts";
import { wholeNumber } from "./option-values.ts";
import { readJson } from "./read-json.ts";

/** How a command line says which model it means. */
export interface ModelOptions {
  readonly formula?: string;
  readonly components?: number;
  readonly family?: string;
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
    .option("--components <k>", "how many experts", wholeNumber("--components", 1))
    .option("--family <name>", "family of the experts (default: gaussian)")
    .option("--prior <file.json>", "priors; what the file leaves out gets its default")
    .option("--model <file.json>", "the whole model, instead of the options above")
    .optionsGroup("Options:");
}

/** The model that the options declare; throws an InputError where they say nothing, or too much. */
export async function declaredModel(api: Api, options: ModelOptions): Promise<ModelDeclaration> {
  checkModelOptions(options);
  const { formula, components, family, prior, model } = options;
  if (model !== undefined) return await parsed(model, "a model", api.parseModel);
  if (formula === undefined || components === undefined) throw modelMissing(options);
  return api.fromFormula({
    formula,
    components,
    ...(family === undefined ? {} : { family }),
    ...(prior === undefined ? {} : { prior: await parsed(prior, "priors", api.parsePriorFile) }),
  });
}

/** Throws an InputError unless there is exactly one way to read the options. */
function checkModelOptions(options: ModelOptions): void {
  const { formula, components, family, prior, model } = options;
  const inParts = Object.entries({ formula, components, family, prior });
  const given = inParts.filter(([, value]) => value !== undefined).map(([name]) => `--${name}`);
  if (model === undefined) {
    if (formula === undefined || components === undefined) throw modelMissing(options);
  } else if (given.length > 0) {
    throw new InputError(
      `--model declares the whole model, so nothing else may; got --model and ${given.join(", ")}; ` +
        "leave out one or the other",
    );
  }
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
  try {
    return parse(json);
  } catch (cause) {
    if (cause instanceof Error) cause.message = `${path}: ${cause.message}`;
    throw cause;
  }
}
