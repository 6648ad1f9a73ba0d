import type { Diagnostic } from "../src/core/diagnostic.ts";

/** Why a diagnostic of some draws is NaN. */
export type Reason = "constant" | "not-finite" | "too-few-draws" | "discrete";

/** Half a chain must have three draws before an autocorrelation can be estimated. */
const FEWEST_DRAWS = 6;

/** Whether a value is NaN or infinite. */
export function hasNotFinite(chains: readonly Float64Array[]): boolean {
  for (const chain of chains) {
    for (let t = 0; t < chain.length; t++) {
      if (!Number.isFinite(chain[t]!)) return true;
    }
  }
  return false;
}

/**
 * Whether all values of all chains are equal up to one unit of rounding at 1, as R's posterior
 * asks.
 */
export function isConstant(chains: readonly Float64Array[]): boolean {
  let low = Infinity;
  let high = -Infinity;
  for (const chain of chains) {
    for (let t = 0; t < chain.length; t++) {
      if (chain[t]! < low) low = chain[t]!;
      if (chain[t]! > high) high = chain[t]!;
    }
  }
  return high - low < Number.EPSILON;
}

/** Whether an autocorrelation or a variance of these chains has no meaning. */
export const isDegenerate = (chains: readonly Float64Array[]): boolean =>
  hasNotFinite(chains) || isConstant(chains);

/**
 * Why every convergence diagnostic of these draws is NaN, or may be; undefined if the draws are fit
 * for all.
 */
export function reason(chains: readonly Float64Array[]): Exclude<Reason, "discrete"> | undefined {
  if (hasNotFinite(chains)) return "not-finite";
  if (chains.length === 0 || chains.some((chain) => chain.length < FEWEST_DRAWS)) {
    return "too-few-draws";
  }
  return isConstant(chains) ? "constant" : undefined;
}

/**
 * Why one diagnostic is NaN; undefined if it is not. "discrete": the draws vary, but what the
 * diagnostic makes of them does not, as when the 95 % quantile of few distinct values is the
 * largest of them.
 */
export function reasonFor(
  diagnostic: Diagnostic,
  chains: readonly Float64Array[],
): Reason | undefined {
  if (!Number.isNaN(diagnostic.compute(chains))) return undefined;
  return reason(chains) ?? "discrete";
}
