import type { Finding } from "../../src/core/diagnostic.ts";
import type { Target } from "../../src/core/target.ts";
import { createRng } from "../../src/math/rng.ts";
import { type StrongIdentifiability, strongIdentifiability } from "../strong-identifiability.ts";

/** Where there are several experts: what ranks say of them. */
export function identifiability(target: Target): StrongIdentifiability | undefined {
  return target.components === 1 ? undefined : strongIdentifiability(createRng(1), target);
}

/** Whether too many experts would make their parameters slow to find: told before anything is sampled. */
export function slowWhenOverfitted(target: Target, checked = identifiability(target)): Finding[] {
  if (checked === undefined || checked.holds) return [];
  const { mean, variance } = checked;
  const message =
    "these experts are not strongly identifiable " +
    `(rank ${mean.rank} of ${mean.functions} for the mean, ${variance.rank} of ${variance.functions} for the variance): ` +
    "where more experts are fitted than there are, those that share one of them are found slower than n^(-1/4), their " +
    "intercepts like n^(-1/8) for two; predictions are not slower. Choose the number of experts by its posterior or its " +
    "evidence, and read single experts of a fit with too many with care";
  return [{ code: "slow-when-overfitted", severity: "note", message }];
}
