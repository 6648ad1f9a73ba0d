import { mean, variance } from "../src/math/moments.ts";
import { meanAutocovariance } from "./autocovariance.ts";
import { isDegenerate } from "./reason.ts";

const FEWEST_DRAWS = 3;

/**
 * How many independent draws would estimate the mean as well as these chains of equal length n ≥ 3.
 * The chains are used as given: split them first. At most S log10 S for S draws (antithetic
 * chains).
 * NaN if a draw is not finite, all are equal, or n < 3. Source: [vehtari2021],
 * [geyer1992].
 */
export function effectiveSampleSize(chains: readonly Float64Array[]): number {
  const n = chains[0]?.length ?? 0;
  if (n < FEWEST_DRAWS || isDegenerate(chains)) return NaN;
  const autocovariance = meanAutocovariance(chains);
  const within = (autocovariance[0]! * n) / (n - 1);
  const between = chains.length > 1 ? variance(Float64Array.from(chains, mean)) : 0;
  const total = autocovariance[0]! + between;
  const time = autocorrelationTime(autocovariance.map((value) => 1 - (within - value) / total));
  const draws = n * chains.length;
  return draws / Math.max(time, 1 / Math.log10(draws));
}

/**
 * Sum of the autocorrelations over positive and negative lags, cut where pairs of them turn
 * negative and made monotone. `rho`: by lag, changed in place. Source: [geyer1992] §3.3; the half
 * weight of the lag after the last pair is [vehtari2021]'s, for antithetic chains.
 */
function autocorrelationTime(rho: Float64Array): number {
  rho[0] = 1;
  const lag = cutInitialPositive(rho);
  for (let t = 2; t <= lag - 2; t += 2) {
    const previous = rho[t - 2]! + rho[t - 1]!;
    if (rho[t]! + rho[t + 1]! > previous) rho.fill(previous / 2, t, t + 2);
  }
  // With no full pair the reference implementation still counts lag 0 (its ESS is then half the
  // draws).
  let total = 0;
  for (let t = 0; t < Math.max(lag, 1); t++) total += rho[t]!;
  return -1 + 2 * total + rho[lag]!;
}

/**
 * The even lag at which pairs stop being positive or the chain ends; its entry becomes 0 if
 * negative.
 */
function cutInitialPositive(rho: Float64Array): number {
  let lag = 0;
  while (lag < rho.length - 5 && rho[lag]! + rho[lag + 1]! > 0) lag += 2;
  if (rho[lag]! + rho[lag + 1]! < 0) rho[lag] = Math.max(rho[lag]!, 0);
  return lag;
}
