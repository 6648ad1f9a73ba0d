import type {
  CoefficientsDeclaration,
  ExpertPriorDeclaration,
  ExpertsDeclaration,
} from "../src/core/model.ts";
import { declare } from "./declare.ts";
import { expertsSchema } from "./declare-experts.ts";

/** How binomial experts are declared besides their formula: the prior, and what stands in `trials()`. */
export type BinomialOptions = {
  /** A column, or an expression of columns: the same as `+ trials(…)` in the formula. */
  readonly trials?: string;
} & (ExpertPriorDeclaration | Partial<CoefficientsDeclaration>);

/**
 * Logistic regressions of successes, one an expert: of 0 and 1, or of counts out of `trials`. A prior without `kind`
 * means `coefficients`. Without a prior: the family's own, weakly informative.
 */
export function binomial(formula: string, options: BinomialOptions = {}): ExpertsDeclaration {
  const { trials, ...prior } = options;
  const experts = {
    family: "binomial",
    formula: trials === undefined ? formula : `${formula} + trials(${trials})`,
    ...(Object.keys(prior).length === 0 ? {} : { prior: { kind: "coefficients", ...prior } }),
  };
  return declare(expertsSchema, experts, "experts", "binomial");
}
