import { pooled } from "../src/core/draws.ts";
import { type Matrix, matrix } from "../src/math/matrix.ts";
import { mcseMean } from "./mcse.ts";

/** What the draws say of a number of components that is random; index k of a list is the number k + 1. */
export interface CountPosterior {
  readonly max: number;
  readonly prior: readonly number[];
  readonly probability: readonly number[];
  /** Monte Carlo standard errors of the probabilities; NaN where no draw, or every draw, has that number. */
  readonly mcse: readonly number[];
  /** The same of K₊, how many components have a row. */
  readonly filled: readonly number[];
  readonly mcseFilled: readonly number[];
  /** The likeliest number of components. */
  readonly mode: number;
  /** Draws with row + 1 components followed by one with column + 1, all chains together (max × max). */
  readonly transitions: Matrix;
}

/**
 * The posterior of the number of components from the draws of K and of K₊, an array a chain of equal lengths;
 * prior: probabilities of 1 … max.
 */
export function countPosterior(
  counts: readonly Float64Array[],
  filled: readonly Float64Array[],
  prior: readonly number[],
): CountPosterior {
  const max = prior.length;
  const of = shares(counts, max);
  const ofFilled = shares(filled, max);
  return {
    max,
    prior,
    probability: of.map(({ share }) => share),
    mcse: of.map(({ mcse }) => mcse),
    filled: ofFilled.map(({ share }) => share),
    mcseFilled: ofFilled.map(({ mcse }) => mcse),
    mode: 1 + of.reduce((best, { share }, k) => (share > of[best]!.share ? k : best), 0),
    transitions: transitions(counts, max),
  };
}

function shares(chains: readonly Float64Array[], max: number) {
  const total = pooled(chains).length;
  return Array.from({ length: max }, (_, k) => {
    const isK = chains.map((chain) => chain.map((value) => (value === k + 1 ? 1 : 0)));
    const share = isK.reduce((sum, chain) => sum + chain.reduce((a, b) => a + b, 0), 0) / total;
    return { share, mcse: mcseMean.compute(isK) };
  });
}

function transitions(chains: readonly Float64Array[], max: number): Matrix {
  const out = matrix(max, max);
  for (const chain of chains) {
    for (let t = 1; t < chain.length; t++) {
      const at = (chain[t - 1]! - 1) * max + chain[t]! - 1;
      out.data[at] = out.data[at]! + 1;
    }
  }
  return out;
}

/**
 * The same posterior under another prior on the number of components, by weights: given K nothing else changes.
 * Standard errors are those of the ratio of two means over the draws. NaN where the new prior allows what no draw has.
 */
export function reweighted(
  counts: readonly Float64Array[],
  prior: readonly number[],
  other: readonly number[],
): { readonly probability: number[]; readonly mcse: number[]; readonly reliable: boolean } {
  const max = prior.length;
  const ratio = (K: number): number => {
    const from = prior[K - 1]!;
    return from > 0 ? other[K - 1]! / from : 0;
  };
  const weights = counts.map((chain) => chain.map(ratio));
  const total = pooled(weights);
  const meanWeight = total.reduce((a, b) => a + b, 0) / total.length;
  const seen = new Set(pooled(counts));
  const probability: number[] = [];
  const mcse: number[] = [];
  for (let K = 1; K <= max; K++) {
    const own = counts.map((chain, c) =>
      chain.map((value, t) => (value === K ? weights[c]![t]! : 0)),
    );
    const share = pooled(own).reduce((a, b) => a + b, 0) / total.length / meanWeight;
    // The ratio's influence: (own − share · weight) / mean weight.
    const influence = own.map((chain, c) =>
      chain.map((value, t) => (value - share * weights[c]![t]!) / meanWeight),
    );
    probability.push(share);
    mcse.push(mcseMean.compute(influence));
  }
  const missing = other.some((p, k) => p > 0 && !(prior[k]! > 0) && !seen.has(k + 1));
  return { probability, mcse, reliable: !missing && meanWeight > 0 };
}
