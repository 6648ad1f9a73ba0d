import type { Target } from "../src/core/target.ts";
import { fastLog } from "../src/math/exp.ts";
import type { Vector } from "../src/math/matrix.ts";
import type { Component } from "./components.ts";
import type { Share, ShareLoops } from "./share-loops.ts";

/** A birth is looked at in so many rounds, each of which takes pairs of rows from everywhere. */
const MOST_ROUNDS = 8;

/** How many rounds there are with n rows; one in so many pairs of rows is looked at in each. */
export const roundsOf = (n: number): number => Math.max(1, Math.min(MOST_ROUNDS, Math.ceil(n / 2)));

/**
 * A function of sums A and S over components that gives Σ_i log of (A_i / S_i) over that of the kept state; with odds c of
 * a known density each term is log (c + A / S) less the same of the kept state. NaN where a ratio leaves the range of
 * doubles upwards.
 */
export function logRatios(loops: ShareLoops, odds: Vector | undefined): (sums: Share) => number {
  const { total, ratio } = loops;
  return (sums) => {
    loops.ratios(sums);
    if (odds !== undefined) besideKnown(odds, total, ratio, 0, 1);
    return logOfProduct(ratio);
  };
}

/** Σ log ratio; −Infinity as soon as the product is 0. */
function logOfProduct(ratio: Vector): number {
  let log = 0;
  let product = 1;
  for (let i = 0; i < ratio.length; i++) {
    product *= ratio[i]!;
    if (!(product > 1e-100 && product < 1e100)) {
      // A component is gone without another in its place: nothing can make up for that.
      if (product === 0) return Number.NEGATIVE_INFINITY;
      log += fastLog(product);
      product = 1;
    }
  }
  log += fastLog(product);
  return log === Number.POSITIVE_INFINITY ? Number.NaN : log;
}

/** ratio becomes (c + ratio · a) / (c + a), a = A / S, in one pair of rows in so many. */
function besideKnown(
  odds: Vector,
  { gate, joint }: Share,
  ratio: Vector,
  round: number,
  rounds: number,
): void {
  const n = ratio.length;
  for (let first = 2 * round; first < n; first += 2 * rounds) {
    for (let i = first; i < Math.min(first + 2, n); i++) {
      const c = odds[i]!;
      const before = joint[i]! / gate[i]!;
      ratio[i] = (c + ratio[i]! * before) / (c + before);
    }
  }
}

/**
 * A function of a new component that gives the log of the likelihood with it over that without it, and writes its share;
 * NaN where an exponent is out of range. A row is worth at most the log of f / (A / S), f the new density, and 0 where
 * that is negative: with what rows not yet looked at can add at most, it stops at −Infinity once the ratio is certain to
 * be below `atLeast`.
 */
export function birthRatio(
  { n, gate, expert }: Pick<Target, "n" | "gate" | "expert">,
  loops: ShareLoops,
  odds: Vector | undefined,
) {
  const rounds = roundsOf(n);
  const { logDensity, ratio, total } = loops;

  return ({ theta, gamma }: Component, out: Share, atLeast: number): number => {
    expert.logDensity(theta, logDensity);
    let left = loops.most();
    if (left < atLeast) return Number.NEGATIVE_INFINITY;
    gate.logWeight(gamma, out.logGate);
    let log = 0;
    for (let round = 0; round < rounds; round++) {
      left -= loops.newborn(out, round);
      if (Number.isNaN(left)) return left;
      if (odds !== undefined) besideKnown(odds, total, ratio, round, rounds);
      log += logOfPairs(ratio, round, rounds);
      if (log + left < atLeast) return Number.NEGATIVE_INFINITY;
    }
    return log === Number.POSITIVE_INFINITY ? Number.NaN : log;
  };
}

/** Σ log ratio over one pair of rows in so many. */
function logOfPairs(ratio: Vector, round: number, rounds: number): number {
  const n = ratio.length;
  let log = 0;
  let product = 1;
  for (let i = 2 * round; i < n; i += 2 * rounds) {
    product *= ratio[i]!;
    if (i + 1 < n) product *= ratio[i + 1]!;
    if (!(product > 1e-100 && product < 1e100)) {
      log += fastLog(product);
      product = 1;
    }
  }
  return log + fastLog(product);
}
