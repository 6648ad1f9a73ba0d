import type { Diagnostic } from "../src/core/diagnostic.ts";
import { mean, variance } from "../src/math/moments.ts";
import { fold, rankNormalize } from "./rank-normalize.ts";
import { isDegenerate } from "./reason.ts";
import { splitChains } from "./split-chains.ts";

/** Square root of the estimated total variance over the variance within chains of equal length. */
function varianceRatio(chains: readonly Float64Array[]): number {
  const n = chains[0]?.length ?? 0;
  if (n === 0 || isDegenerate(chains)) return NaN;
  const between = n * variance(Float64Array.from(chains, mean));
  const within = mean(Float64Array.from(chains, variance));
  return Math.sqrt((between / within + n - 1) / n);
}

/**
 * R-hat of the draws as they are, chains split in halves.
 * chains: c × n. NaN if a draw is not finite, all are equal, or n < 4; infinite if each half-chain
 * stands still.
 */
export const rhatBasic: Diagnostic = {
  name: "rhat_basic",
  reference: "[vehtari2021]",
  compute: (chains) => varianceRatio(splitChains(chains)),
};

/**
 * R-hat: how much wider the draws of all chains are than those of one; the larger of the values for
 * location (ranks) and for spread (ranks of the distances from the median), chains split in halves.
 * chains: c × n. NaN if a draw is NaN, all are equal, all are equally far from the median, or
 * n < 4.
 * Infinite draws count by their rank. Below 1.01 chains agree.
 */
export const rhat: Diagnostic = {
  name: "rhat",
  reference: "[vehtari2021]",
  compute: (chains) => rhatOfScores(rankNormalize(splitChains(chains)), fold(chains)),
};

/** R-hat given the normal scores of the split chains and the folded chains. */
export const rhatOfScores = (
  scores: readonly Float64Array[],
  folded: readonly Float64Array[],
): number => Math.max(varianceRatio(scores), varianceRatio(rankNormalize(splitChains(folded))));
