import type { Diagnostic } from "../src/core/diagnostic.ts";
import { pooled } from "../src/core/draws.ts";
import { mean } from "../src/math/moments.ts";
import { effectiveSampleSize } from "./effective-sample-size.ts";
import { splitChains } from "./split-chains.ts";

/**
 * Effective sample size of the mean. chains: c × n. NaN if a draw is not finite, all are equal, or
 * n < 6.
 */
export const essMean: Diagnostic = {
  name: "ess_mean",
  reference: "[vehtari2021]",
  compute: (chains) => effectiveSampleSize(splitChains(chains)),
};

/** Squared distances from the mean of all chains. */
export function squaredDeviations(chains: readonly Float64Array[]): Float64Array[] {
  const centre = mean(pooled(chains));
  return chains.map((chain) => chain.map((value) => (value - centre) ** 2));
}

/**
 * Effective sample size of the sd: that of the squared distances from the mean.
 * chains: c × n. NaN if a draw is not finite, all are equally far from the mean, or n < 6.
 */
export const essSd: Diagnostic = {
  name: "ess_sd",
  reference: "[vehtari2021]",
  compute: (chains) => essMean.compute(squaredDeviations(chains)),
};
