import type {
  ExpertPriorDeclaration,
  ExpertsDeclaration,
  OverdispersedDeclaration,
} from "../src/core/model.ts";
import { declare } from "./declare.ts";
import { expertsSchema } from "./declare-experts.ts";

/**
 * Negative binomial log-linear regressions for overdispersed counts, one an expert. A prior without `kind` means
 * `overdispersed`. Without a prior: the family's own, weakly informative.
 */
export function negativeBinomial(
  formula: string,
  prior?: ExpertPriorDeclaration | Omit<OverdispersedDeclaration, "kind">,
): ExpertsDeclaration {
  const experts = { family: "negative-binomial", formula };
  const named = prior === undefined ? {} : { prior: { kind: "overdispersed", ...prior } };
  return declare(expertsSchema, { ...experts, ...named }, "experts", "negativeBinomial");
}
