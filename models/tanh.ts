import type {
  BoundedDeclaration,
  ExpertPriorDeclaration,
  ExpertsDeclaration,
} from "../src/core/model.ts";
import { declare } from "./declare.ts";
import { expertsSchema } from "./declare-experts.ts";

/**
 * Bounded curves amplitude · tanh(x'coef) with normal errors, one an expert; leave the intercept out, "y ~ 0 + x", for
 * curves through 0. A prior without `kind` means `bounded`. Without a prior: the family's own, weakly informative.
 */
export function tanh(
  formula: string,
  prior?: ExpertPriorDeclaration | Omit<BoundedDeclaration, "kind">,
): ExpertsDeclaration {
  const experts = { family: "tanh", formula };
  const named = prior === undefined ? {} : { prior: { kind: "bounded", ...prior } };
  return declare(expertsSchema, { ...experts, ...named }, "experts", "tanh");
}
