import type { Diagnostic } from "../src/core/diagnostic.ts";
import { pooled } from "../src/core/draws.ts";
import { sorted } from "../src/math/order.ts";
import { essTail } from "./ess-tail.ts";
import { fitGeneralizedPareto } from "./generalized-pareto.ts";

/**
 * Below this many effective draws a fifth of the draws is the tail.
 * Source: [vehtari2024] appendix H.
 */
const ENOUGH_EFFECTIVE_DRAWS = 225;

function tailDraws(draws: number, ess: number): number {
  return Math.floor(ess > ENOUGH_EFFECTIVE_DRAWS ? (3 * draws) / Math.sqrt(ess) : draws / 5);
}

function upperTailShape(ascending: Float64Array, length: number): number {
  const tail = ascending.subarray(ascending.length - length);
  if (tail[tail.length - 1]! - tail[0]! < Number.EPSILON) return NaN;
  const cutoff = ascending[ascending.length - length - 1]!;
  return fitGeneralizedPareto(tail.map((value) => value - cutoff)).k;
}

/**
 * Pareto k-hat of the draws: the larger shape of the two tails; 1/k moments exist, so that a mean
 * with k-hat above 0.7 cannot be trusted. chains: c × n. NaN as ess_tail, for fewer than 30 draws
 * in all, or if both tails are too discrete to fit.
 */
export const paretoKhat: Diagnostic = {
  name: "pareto_khat",
  reference: "[vehtari2024]",
  compute(chains) {
    const ess = essTail.compute(chains);
    const ascending = sorted(pooled(chains));
    const length = tailDraws(ascending.length, ess);
    if (Number.isNaN(ess)) return NaN;
    const right = upperTailShape(ascending, length);
    const left = upperTailShape(ascending.map((value) => -value).reverse(), length);
    if (Number.isNaN(left) || Number.isNaN(right)) return Number.isNaN(left) ? right : left;
    return Math.max(left, right);
  },
};
