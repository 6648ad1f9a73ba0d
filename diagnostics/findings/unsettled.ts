import type { VariableSummary } from "../summarize.ts";
import { SEVERE_RHAT } from "./limits.ts";
import { comparison } from "./wording.ts";

/**
 * Says, as words within a sentence, that the chains are apart; undefined where no R-hat exceeds
 * `SEVERE_RHAT`. variables: label-invariant ones only.
 */
export function unsettled(
  variables: readonly VariableSummary[],
  chains: number,
): string | undefined {
  const worst = variables.reduce<VariableSummary | undefined>(
    (most, next) => (next.rhat > (most?.rhat ?? SEVERE_RHAT) ? next : most),
    undefined,
  );
  if (worst === undefined) return undefined;
  const where =
    chains === 1 ? "the chain has not settled in one place" : "the chains are in different places";
  return `${where} (R-hat ${comparison(worst.rhat, SEVERE_RHAT)} for ${worst.name})`;
}
