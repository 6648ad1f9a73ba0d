import { ModelError } from "../src/core/errors.ts";
import type { GateDeclaration, ModelDeclaration } from "../src/core/model.ts";
import { splitFormula } from "../src/data/formula.ts";
import { constant, softmax } from "./declare-gate.ts";
import { describeDistribution } from "./describe.ts";
import type { GatePrior, PriorFile } from "./json.ts";
import { type CountInput, type ModelInput, moe } from "./moe.ts";

/** A model in one line: "y ~ experts' terms | gate's terms", and priors as a prior file has them. */
export interface FormulaModel {
  readonly formula: string;
  readonly family?: string;
  /** How many, or a prior on how many. */
  readonly components: number | CountInput;
  /** The largest number that a prior on `components` allows, instead of its own `max`. */
  readonly maxComponents?: number;
  readonly prior?: PriorFile;
  /** A known density from which the mixture deviates: "laplace(0.3*x, 1)". */
  readonly known?: string;
}

/**
 * Declares the model of a formula. The gate is constant without `|`, and with `| 1` unless its prior is
 * one on coefficients; else softmax. Throws a ModelError where gate and prior do not go together.
 */
export function fromFormula(model: FormulaModel): ModelDeclaration {
  const { formula, family = "gaussian", prior = {} } = model;
  const { experts, gate } = splitFormula(formula);
  return moe({
    experts: {
      family,
      formula: experts,
      ...(prior.experts === undefined ? {} : { prior: prior.experts }),
    },
    gate: gateOf(gate, prior.gate),
    components: countOf(model),
    ...(model.known === undefined ? {} : { known: model.known }),
    ...(prior.lambda === undefined ? {} : { lambda: prior.lambda }),
    ...(prior.standardize === undefined ? {} : { standardize: prior.standardize }),
  });
}

function countOf({ components, maxComponents: max }: FormulaModel): ModelInput["components"] {
  if (max === undefined) return components;
  if (typeof components !== "number") return { ...components, max };
  throw new ModelError(
    "`maxComponents` must come with a prior on the number of components; " +
      `got ${components} components and at most ${max}. Leave it out, or write a prior such as uniform(1, ${max}).`,
    { components, maxComponents: max },
  );
}

function gateOf(formula: string | undefined, given: GatePrior | undefined): GateDeclaration {
  const onWeights = given === undefined || given.prior.kind === "dirichlet";
  if (formula === undefined || (formula === "~ 1" && onWeights)) {
    if (onWeights) return constant(given?.prior);
    throw new ModelError(
      "a formula without `|` has a constant gate, whose prior must be dirichlet; got " +
        `${describeDistribution(given.prior)}. Write \`| 1\` after the formula for a softmax gate.`,
      { prior: given.prior },
    );
  }
  if (given === undefined) return softmax(formula);
  if (onWeights) {
    throw new ModelError(
      `the gate ${formula} has coefficients, whose prior must be on real numbers (such as normal); ` +
        `got ${describeDistribution(given.prior)}. Leave out \`|\` and what follows for a constant gate.`,
      { prior: given.prior, formula },
    );
  }
  const { prior, baseline } = given;
  return softmax(formula, prior, baseline === undefined ? {} : { baseline });
}
