import type { CountPrior } from "./distribution.ts";
import { SamplerError } from "./errors.ts";
import type { Target } from "./target.ts";

/** The prior on the number of components; throws a SamplerError where that number is fixed. */
export function countPriorOf({ components }: Target, sampler: string): CountPrior {
  if (typeof components !== "number") return components;
  throw new SamplerError(
    `${sampler} needs a prior on the number of components; the model has ${components}. ` +
      "Write a prior such as poisson(1), or use gibbs",
    { components },
  );
}
