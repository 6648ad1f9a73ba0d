import { transformInPlace } from "../src/math/fft.ts";
import { mean } from "../src/math/moments.ts";

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
