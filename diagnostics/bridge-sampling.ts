import { pooled } from "../src/core/draws.ts";
import { fastExp } from "../src/math/exp.ts";
import { logSumExp } from "../src/math/log-sum-exp.ts";
import type { Vector } from "../src/math/matrix.ts";
import { mean, variance } from "../src/math/moments.ts";
import { essMean } from "./ess-moments.ts";

/** The normalising constant of an unnormalised density, from draws of it and draws of a proposal whose constant is 1. */
export interface Bridge {
  /** Log of it; NaN where the two do not meet. */
  readonly logConstant: number;
  /** Standard error of the log; autocorrelation of the chains is in it. */
  readonly se: number;
  /** Between 0, where the two densities do not meet, and 1, where they are one. */
  readonly overlap: number;
  /** How many independent draws of the density would serve as well as those of the chains. */
  readonly effective: number;
}

const NOTHING: Bridge = { logConstant: Number.NaN, se: Number.NaN, overlap: 0, effective: 0 };
/** Steps of bisection; the bracket then has the width of rounding. */
const HALVINGS = 80;

/**
 * Bridge sampling with the optimal bridge of two densities, the draws of the chains counted by their effective size.
 * proposed: log of density over proposal at independent draws of the proposal, −Infinity where the density is zero;
 * visited: the same at draws of the density, a chain each, of equal length. Source: [meng1996], [fruhwirth2004].
 */
export function bridgeSampling(proposed: Vector, visited: readonly Vector[]): Bridge {
  const own = pooled(visited);
  const areKnown = own.length > 0 && own.every(Number.isFinite) && !proposed.some(Number.isNaN);
  if (!areKnown || logSumExp(proposed) === Number.NEGATIVE_INFINITY) return NOTHING;
  const first = balance(proposed, own, own.length / (own.length + proposed.length));
  const effective = effectiveSize(visited, first);
  const share = effective / (effective + proposed.length);
  const at = { level: balance(proposed, own, share).level, share };
  const ofProposed = proposed.map((log) => towards(log, at));
  const ofVisited = own.map((log) => away(log, at));
  const overlap = mean(ofProposed);
  const size = effectiveSize(visited, at);
  return {
    logConstant: at.level,
    se: Math.sqrt(squaredError(ofProposed, proposed.length) + squaredError(ofVisited, size)),
    overlap,
    effective: size,
  };
}

/** A guess of the log constant, and the share of the density in the mixture of density and proposal. */
interface Guess {
  readonly level: number;
  readonly share: number;
}

/** Density over mixture, of a point with this log ratio. */
function towards(log: number, { level, share }: Guess): number {
  const a = log - level;
  return a > 0
    ? 1 / (share + (1 - share) * fastExp(-a))
    : fastExp(a) / (share * fastExp(a) + 1 - share);
}

/** Proposal over mixture. */
const away = (log: number, { level, share }: Guess): number =>
  towards(-log, { level: -level, share: 1 - share });

/** The level at which both means are equal: one falls with the level, the other rises. */
function balance(proposed: Vector, own: Vector, share: number): Guess {
  const finite = proposed.filter(Number.isFinite);
  let low = Math.min(smallest(finite), smallest(own)) - 1;
  let high = Math.max(largest(finite), largest(own)) + 1;
  for (let step = 0; step < HALVINGS; step++) {
    const at = { level: 0.5 * (low + high), share };
    let gap = 0;
    for (let s = 0; s < proposed.length; s++) gap += towards(proposed[s]!, at) / proposed.length;
    for (let s = 0; s < own.length; s++) gap -= away(own[s]!, at) / own.length;
    if (gap > 0) low = at.level;
    else high = at.level;
  }
  return { level: 0.5 * (low + high), share };
}

/** Of what the chains average. */
function effectiveSize(visited: readonly Vector[], at: Guess): number {
  const total = visited.reduce((sum, { length }) => sum + length, 0);
  const size = essMean.compute(visited.map((chain) => chain.map((log) => away(log, at))));
  // It is not defined where all are equal; then any number will do.
  return Number.isNaN(size) ? total : Math.min(size, total);
}

const squaredError = (values: Vector, size: number): number =>
  variance(values) / (mean(values) ** 2 * size);

const smallest = (values: Vector): number => values.reduce((a, b) => Math.min(a, b), Infinity);
const largest = (values: Vector): number => values.reduce((a, b) => Math.max(a, b), -Infinity);
