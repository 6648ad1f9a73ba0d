import type { Diagnostic } from "../src/core/diagnostic.ts";
import { pooled } from "../src/core/draws.ts";
import { mean, standardDeviation } from "../src/math/moments.ts";
import { sorted } from "../src/math/order.ts";
import { betaQuantile } from "../src/math/stdlib.ts";
import { essMean, squaredDeviations } from "./ess-moments.ts";
import { essOfQuantile } from "./ess-tail.ts";

/** Probabilities one sd below and above the mean of a normal, to the digits of the reference. */
const ONE_SD_BELOW = 0.1586553;
const ONE_SD_ABOVE = 0.8413447;

/** Monte Carlo standard error of the mean: sd / √ess_mean. chains: c × n. NaN as ess_mean. */
export const mcseMean: Diagnostic = {
  name: "mcse_mean",
  reference: "[vehtari2021]",
  compute: (chains) => standardDeviation(pooled(chains)) / Math.sqrt(essMean.compute(chains)),
};

/**
 * Monte Carlo standard error of the sd, by the delta method and the fourth moment (no normality
 * assumed).
 * chains: c × n. NaN as ess_sd.
 */
export const mcseSd: Diagnostic = {
  name: "mcse_sd",
  reference: "[kenney1951] p. 141",
  compute(chains) {
    const squares = squaredDeviations(chains);
    const all = pooled(squares);
    const second = mean(all);
    const fourth = mean(all.map((square) => square * square));
    const varianceOfVariance = (fourth - second * second) / essMean.compute(squares);
    return Math.sqrt(varianceOfVariance / second / 4);
  },
};

/**
 * Monte Carlo standard error of the p-quantile: half the distance between the order statistics that
 * bound it with the probability of ± one sd. chains: c × n. NaN as the quantile's ESS.
 */
export const mcseQuantile = (p: number, name = `mcse_q${100 * p}`): Diagnostic => ({
  name,
  reference: "[vehtari2021]",
  compute(chains) {
    const ascending = sorted(pooled(chains));
    const ess = essOfQuantile(chains, ascending, p);
    if (Number.isNaN(ess)) return NaN;
    const bound = (q: number) => betaQuantile(q, ess * p + 1, ess * (1 - p) + 1) * ascending.length;
    const low = Math.max(Math.floor(bound(ONE_SD_BELOW)), 1);
    const high = Math.min(Math.ceil(bound(ONE_SD_ABOVE)), ascending.length);
    return (ascending[high - 1]! - ascending[low - 1]!) / 2;
  },
});

/** Monte Carlo standard error of the median. chains: c × n. NaN as ess_median. */
export const mcseMedian: Diagnostic = mcseQuantile(0.5, "mcse_median");
