import { fastExp } from "../src/math/exp.ts";
import { essMean } from "./ess-moments.ts";
import { largest } from "./pointwise-log-likelihood.ts";

/**
 * Effective over actual number of draws of exp(logValues), stored chain after chain with these
 * lengths; longer chains are cut to the shortest. 1 where it has no meaning (constant or not
 * finite).
 * Source: [vehtari2017].
 */
export function relativeEfficiency(
  logValues: Float64Array,
  chainLengths: readonly number[],
): number {
  const top = largest(logValues);
  const values = new Float64Array(logValues.length);
  for (let s = 0; s < values.length; s++) values[s] = fastExp(logValues[s]! - top);
  const length = Math.min(...chainLengths);
  let start = 0;
  const chains = chainLengths.map((own) => {
    const chain = values.subarray(start, start + length);
    start += own;
    return chain;
  });
  const ess = essMean.compute(chains);
  return Number.isNaN(ess) ? 1 : ess / (length * chains.length);
}
