import { pooled } from "../src/core/draws.ts";
import { averageRanks, hasNaN } from "../src/math/order.ts";
import { unpool } from "./rank-normalize.ts";

/** Counts of the draws of each chain by their rank among all draws. */
export interface RankHistogram {
  /** Chains × bins; bins of equal width from the lowest rank to the highest. */
  readonly counts: readonly Int32Array[];
  /**
   * The count of each bin if all chains draw from the same distribution: draws of a chain / bins.
   */
  readonly expected: readonly number[];
}

/**
 * The data of a rank plot: a chain that explores the same distribution as the others is flat.
 * Ties share their mean rank. All counts are 0 if a draw is NaN. Source: [vehtari2021].
 */
export function rankHistogram(chains: readonly Float64Array[], bins = 20): RankHistogram {
  const all = pooled(chains);
  const counts = chains.map(() => new Int32Array(bins));
  if (!hasNaN(all)) {
    unpool(averageRanks(all), chains).forEach((ranks, chain) => {
      for (const rank of ranks)
        counts[chain]![Math.floor(((rank - 0.5) / all.length) * bins)]! += 1;
    });
  }
  return { counts, expected: chains.map((chain) => chain.length / bins) };
}
