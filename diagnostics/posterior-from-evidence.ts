import { fastExp } from "../src/math/exp.ts";
import { logSumExp } from "../src/math/log-sum-exp.ts";

/** A number with its standard error. */
export interface Estimate {
  readonly value: number;
  readonly se: number;
}

/** One estimate for each number of components, by that number. */
export type ByK = Readonly<Record<string, Estimate>>;

/**
 * p(K | y) ∝ p(K) exp(log evidence), with delta-method standard errors from independent errors of the log evidences.
 * Only the K that have an evidence are compared; logPrior may be unnormalised, −Infinity where K is impossible.
 */
export function posteriorFromEvidence(
  logEvidence: ByK,
  logPrior: (K: number) => number,
): Record<string, Estimate> {
  const counts = Object.keys(logEvidence);
  const log = Float64Array.from(counts, (K) => logPrior(Number(K)) + logEvidence[K]!.value);
  const total = logSumExp(log);
  const p = log.map((l) => fastExp(l - total));
  const variance = counts.map((K) => logEvidence[K]!.se ** 2);
  return Object.fromEntries(
    counts.map((K, k) => {
      // ∂p_k / ∂ log Z_j = p_k (1{j = k} − p_j).
      const spread = variance.reduce((sum, v, j) => {
        const slope = (j === k ? 1 : 0) - p[j]!;
        return p[j]! > 0 ? sum + slope * slope * v : sum;
      }, 0);
      return [K, { value: p[k]!, se: p[k]! > 0 ? p[k]! * Math.sqrt(spread) : 0 }];
    }),
  );
}

/** Where two routes to p(K | y) differ most. */
export interface RouteComparison {
  /** Largest absolute difference in units of its standard error; NaN where no K can be compared. */
  readonly z: number;
  /** The K at which it is reached. */
  readonly K?: number;
}

/** Probabilities that neither route puts above this are left out: their errors are no normal ones. */
const LEAST_PROBABILITY = 0.002;
/** Two numbers without error that differ by rounding do not differ. */
const LEAST_SE = 1e-12;

/** The largest |difference| / √(se² + se²) over the K that both routes have and one of them thinks possible. */
export function compareRoutes(a: ByK, b: ByK): RouteComparison {
  const scores = Object.keys(a).flatMap((K) => {
    const one = a[K]!;
    const other = b[K];
    if (other === undefined || Math.max(one.value, other.value) <= LEAST_PROBABILITY) return [];
    const se = Math.max(LEAST_SE, Math.hypot(one.se, other.se));
    return [{ K: Number(K), z: Math.abs(one.value - other.value) / se }];
  });
  const worst = scores.sort((s, t) => t.z - s.z)[0];
  return worst ?? { z: Number.NaN };
}
