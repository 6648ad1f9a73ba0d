import type { CountDeclaration } from "../src/core/distribution.ts";
import type {
  CoefficientsDeclaration,
  ExpertPriorDeclaration,
  ExpertsDeclaration,
} from "../src/core/model.ts";
import type { CountOptions } from "./counts/kind.ts";
import { poissonCount } from "./counts/poisson.ts";
import { declare } from "./declare.ts";
import { expertsSchema } from "./declare-experts.ts";

type ExpertPrior = ExpertPriorDeclaration | Omit<CoefficientsDeclaration, "kind">;

/** A prior on the number of components: K − 1 ~ Poisson(rate), K ≤ max, renormalised. */
export function poisson(rate: number, options?: CountOptions): CountDeclaration;
/**
 * Poisson log-linear regressions for counts, one an expert. A prior without `kind` means `coefficients`.
 * Without a prior: the family's own, weakly informative.
 */
export function poisson(formula: string, prior?: ExpertPrior): ExpertsDeclaration;
export function poisson(
  of: number | string,
  options?: CountOptions | ExpertPrior,
): CountDeclaration | ExpertsDeclaration {
  if (typeof of !== "string") return poissonCount.declare({ ...options, rate: of });
  const experts = { family: "poisson", formula: of };
  const prior = options === undefined ? {} : { prior: { kind: "coefficients", ...options } };
  return declare(expertsSchema, { ...experts, ...prior }, "experts", "poisson");
}
