import type { Command } from "commander";
import { InputError } from "./input-error.ts";
import { oneOf, wholeNumber } from "./option-values.ts";

/** How components are told apart and shown. */
export interface LabelOptions {
  readonly relabel?: "stephens" | "ecr" | "pivot";
  readonly gateReference?: number;
}

/** Gives a command the options --relabel and --gate-reference. */
export function addLabelOptions(command: Command): Command {
  return command
    .option(
      "--relabel <name>",
      "how labels are made comparable: stephens (default), ecr or pivot",
      oneOf("--relabel", ["stephens", "ecr", "pivot"]),
    )
    .option(
      "--gate-reference <k>",
      "show gates against component k (default: centred)",
      wholeNumber("--gate-reference", 1),
    );
}

/** The same options as the library takes them. */
export function labelling({ relabel, gateReference }: LabelOptions) {
  return {
    ...(relabel === undefined ? {} : { relabelling: relabel }),
    ...(gateReference === undefined ? {} : { gateReference }),
  };
}

/** Throws an InputError where there is no such component: before anything is drawn. */
export function checkGateReference({ gateReference }: LabelOptions, components: unknown): void {
  if (gateReference === undefined || typeof components !== "number") return;
  if (gateReference <= components) return;
  throw new InputError(
    `--gate-reference must be a component of the model, from 1 to ${components}; got ${gateReference}`,
  );
}
