import { pooled } from "../src/core/draws.ts";
import { averageRanks, hasNaN, median } from "../src/math/order.ts";
import { normalQuantile } from "../src/math/stdlib.ts";

/** Offset of [blom1958]: makes normal scores of ranks nearly unbiased. */
const BLOM = 3 / 8;

/** Normal scores for one number of values, filled as asked for: the variables of a run share it. */
let table: { readonly values: number; readonly scores: Float64Array } | undefined;

/** Scores by twice the rank (mean ranks of ties are halves); NaN where not yet computed. */
function scoreTable(values: number): Float64Array {
  if (table?.values !== values) {
    table = { values, scores: new Float64Array(2 * values + 1).fill(NaN) };
  }
  return table.scores;
}

/** Cuts pooled values (chain after chain) back into arrays shaped like `chains`. */
function unpool(values: Float64Array, chains: readonly Float64Array[]): Float64Array[] {
  let start = 0;
  return chains.map((chain) => {
    const part = values.subarray(start, start + chain.length);
    start += chain.length;
    return part;
  });
}

/**
 * The normal scores of the ranks over all chains together; ties share their mean rank.
 * Infinite draws have a rank like any other. All NaN if a draw is NaN.
 * Source: [vehtari2021].
 */
export function rankNormalize(chains: readonly Float64Array[]): Float64Array[] {
  const all = pooled(chains);
  if (hasNaN(all)) return unpool(all.fill(NaN), chains);
  const scores = averageRanks(all);
  const known = scoreTable(all.length);
  const denominator = all.length - 2 * BLOM + 1;
  for (let i = 0; i < scores.length; i++) {
    const rank = scores[i]!;
    if (Number.isNaN(known[2 * rank]!)) {
      known[2 * rank] = normalQuantile((rank - BLOM) / denominator);
    }
    scores[i] = known[2 * rank]!;
  }
  return unpool(scores, chains);
}

/**
 * Distance of each draw from the median of all (that of the chains unless given): turns a
 * difference of spread into one of location.
 */
export function fold(
  chains: readonly Float64Array[],
  centre = median(pooled(chains)),
): Float64Array[] {
  return chains.map((chain) => chain.map((value) => Math.abs(value - centre)));
}
