import { mean, variance } from "../src/math/moments.ts";
import { autocovarianceByLag } from "./autocovariance.ts";
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
  const autocovariance = autocovarianceByLag(chains);
  const variability = autocovariance(0);
  const within = (variability * n) / (n - 1);
  const between = chains.length > 1 ? variance(Float64Array.from(chains, mean)) : 0;
  const total = variability + between;
  const time = autocorrelationTime(n, (lag) => 1 - (within - autocovariance(lag)) / total);
  const draws = n * chains.length;
  return draws / Math.max(time, 1 / Math.log10(draws));
}

/**
 * Sum of the autocorrelations over positive and negative lags, cut where pairs of them turn negative and made monotone.
 * Source: [geyer1992] §3.3; the half weight of the lag after the last pair is [vehtari2021]'s, for antithetic chains.
 */
function autocorrelationTime(n: number, correlation: (lag: number) => number): number {
  const rho = initialPositive(n, correlation);
  const lag = rho.length - 1;
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
 * Autocorrelations up to the even lag at which pairs stop being positive or the chain ends; the last becomes 0 if it is
 * negative and so is its pair.
 */
function initialPositive(n: number, correlation: (lag: number) => number): number[] {
  const rho: number[] = [];
  let [lag, even, odd] = [0, 1, correlation(1)];
  while (lag < n - 5 && even + odd > 0) {
    rho.push(even, odd);
    lag += 2;
    [even, odd] = [correlation(lag), correlation(lag + 1)];
  }
  rho.push(even + odd < 0 ? Math.max(even, 0) : even);
  return rho;
}
