import { isDegenerate } from "../../diagnostics/reason.ts";
import type { Diagnostic } from "../../src/core/diagnostic.ts";
import { mean } from "../../src/math/moments.ts";

/** Autocorrelation at lag 1, averaged over chains. chains: c × n. NaN if a draw is not finite, all are equal, or n < 6. */
export const lagOne: Diagnostic = {
  name: "lag_one",
  reference: "[geyer1992]",
  compute(chains) {
    if (chains.length === 0 || isDegenerate(chains) || chains[0]!.length < 6) return NaN;
    return mean(Float64Array.from(chains, ofChain));
  },
};

function ofChain(draws: Float64Array): number {
  const centre = mean(draws);
  let product = 0;
  let square = 0;
  for (let t = 0; t < draws.length; t++) {
    const x = draws[t]! - centre;
    square += x * x;
    if (t > 0) product += x * (draws[t - 1]! - centre);
  }
  return product / square;
}
