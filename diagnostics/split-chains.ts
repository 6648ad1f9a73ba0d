/**
 * Both halves of every chain, so that a drift within a chain shows as a difference between chains.
 * Views, not copies; an odd length loses its middle draw; a single draw is not split.
 * Source: [vehtari2021].
 */
export function splitChains(chains: readonly Float64Array[]): Float64Array[] {
  return chains.flatMap((chain) => {
    if (chain.length < 2) return [chain];
    const half = Math.floor(chain.length / 2);
    return [chain.subarray(0, half), chain.subarray(chain.length - half)];
  });
}
