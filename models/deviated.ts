import type { DistributionDeclaration } from "../src/core/distribution.ts";
import type { KnownDeclaration, ModelDeclaration } from "../src/core/model.ts";
import { type ModelInput, moe } from "./moe.ts";

/** A deviated model as it may be written. */
export interface DeviatedInput {
  /** The density that the response would have if nothing deviated: text such as "laplace(0.3*x, 1)", or see `knownFrom`. */
  readonly known: KnownDeclaration;
  /** What deviates from it. */
  readonly mixture: ModelInput;
  /** Prior of λ, a beta; beta(1, 1) unless said. */
  readonly lambda?: DistributionDeclaration;
}

/**
 * Declares (1 − λ) g + λ mixture with a known density g and an unknown share λ: validated, frozen plain data. Throws a
 * ModelError that names the entry that is wrong. Source: [nguyen2024].
 */
export function deviated({ known, mixture, lambda }: DeviatedInput): ModelDeclaration {
  return moe({ ...mixture, known, ...(lambda === undefined ? {} : { lambda }) });
}
