import { transformInPlace } from "../src/math/fft.ts";
import { mean } from "../src/math/moments.ts";

/** Lags for which sums of products take less time than transforms of chains of common lengths. */
const DIRECT_LAGS = 16;

/** The autocovariances of `meanAutocovariance` one by one: those at the first lags do without the others. */
export function autocovarianceByLag(chains: readonly Float64Array[]): (lag: number) => number {
  const n = chains[0]?.length ?? 0;
  const centred = chains.map((chain) => {
    const out = new Float64Array(n);
    loadCentred(chain, out);
    return out;
  });
  let all: Float64Array | undefined;
  return (lag) => {
    if (lag >= DIRECT_LAGS) {
      all ??= meanAutocovariance(chains);
      return all[lag]!;
    }
    let total = 0;
    for (const chain of centred) total += laggedProduct(chain, lag);
    return total / (n * chains.length);
  };
}

function laggedProduct(chain: Float64Array, lag: number): number {
  let [even, odd] = [0, 0];
  let t = lag;
  for (; t < chain.length - 1; t += 2) {
    even += chain[t]! * chain[t - lag]!;
    odd += chain[t + 1]! * chain[t + 1 - lag]!;
  }
  return even + odd + (t < chain.length ? chain[t]! * chain[t - lag]! : 0);
}

/**
 * Autocovariances at lags 0 … n − 1 averaged over chains of equal length n, divisor n at every lag.
 * O(n log n): the power spectra are added, two real chains in each complex transform, and one
 * inverse transform gives the answer. Source: [geyer1992] (divisor).
 */
export function meanAutocovariance(chains: readonly Float64Array[]): Float64Array {
  const n = chains[0]?.length ?? 0;
  const size = 2 ** Math.ceil(Math.log2(Math.max(2 * n, 2)));
  const power = new Float64Array(size);
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  for (let c = 0; c < chains.length; c += 2) {
    loadCentred(chains[c], re);
    loadCentred(chains[c + 1], im);
    transformInPlace(re, im);
    // |A(f)|² + |B(f)|² = (|Z(f)|² + |Z(−f)|²) / 2; the inverse transform symmetrizes by itself.
    for (let f = 0; f < size; f++) power[f]! += re[f]! * re[f]! + im[f]! * im[f]!;
  }
  im.fill(0);
  transformInPlace(power, im);
  const scale = 1 / (size * n * chains.length);
  return power.subarray(0, n).map((value) => value * scale);
}

function loadCentred(chain: Float64Array | undefined, out: Float64Array): void {
  out.fill(0);
  if (!chain) return;
  const centre = mean(chain);
  for (let t = 0; t < chain.length; t++) out[t] = chain[t]! - centre;
}

/**
 * Autocorrelations of one chain at lags 0 … maxLag (at most n − 1). NaN if it is constant or not
 * finite.
 */
export function autocorrelation(
  chain: Float64Array,
  maxLag: number = chain.length - 1,
): Float64Array {
  const covariance = meanAutocovariance([chain]);
  return covariance.slice(0, maxLag + 1).map((value) => value / covariance[0]!);
}
