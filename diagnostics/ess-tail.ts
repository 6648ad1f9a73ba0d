import type { Diagnostic } from "../src/core/diagnostic.ts";
import { pooled } from "../src/core/draws.ts";
import { quantileSorted, sorted } from "../src/math/order.ts";
import { effectiveSampleSize } from "./effective-sample-size.ts";
import { isDegenerate } from "./reason.ts";
import { splitChains } from "./split-chains.ts";

const TAIL = 0.05;

/** Effective sample size of the p-quantile, given the draws of all chains in ascending order. */
export function essOfQuantile(
  chains: readonly Float64Array[],
  ascending: Float64Array,
  p: number,
): number {
  if (isDegenerate(chains)) return NaN;
  // At p = 1 every draw is below; ask for the middle of the last order statistic instead.
  const bound = quantileSorted(ascending, p === 1 ? 1 - 0.5 / ascending.length : p);
  const below = chains.map((chain) => chain.map((value) => (value <= bound ? 1 : 0)));
  return effectiveSampleSize(splitChains(below));
}

/**
 * Effective sample size of the p-quantile: that of "is below it", chains split in halves.
 * NaN if a draw is not finite, all are equal, n < 6, or every draw is at or below the quantile.
 */
export const essQuantile = (p: number, name = `ess_q${100 * p}`): Diagnostic => ({
  name,
  reference: "[vehtari2021]",
  compute: (chains) => essOfQuantile(chains, sorted(pooled(chains)), p),
});

/** Effective sample size of the median. chains: c × n. NaN as for any quantile. */
export const essMedian: Diagnostic = essQuantile(0.5, "ess_median");

/**
 * Effective sample size of the tails: the smaller of those of the 5 % and the 95 % quantile.
 * chains: c × n. NaN if a draw is not finite, all are equal, n < 6, or few values are distinct
 * and the largest holds more than 5 % of the draws. Aim for 100 a chain.
 */
export const essTail: Diagnostic = {
  name: "ess_tail",
  reference: "[vehtari2021]",
  compute: (chains) => essOfTails(chains, sorted(pooled(chains))),
};

/** ess_tail, given the draws of all chains in ascending order. */
export const essOfTails = (chains: readonly Float64Array[], ascending: Float64Array): number =>
  Math.min(essOfQuantile(chains, ascending, TAIL), essOfQuantile(chains, ascending, 1 - TAIL));
