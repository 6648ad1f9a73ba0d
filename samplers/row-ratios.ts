import type { Target } from "../src/core/target.ts";
import { fastExp, fastLog } from "../src/math/exp.ts";
import type { Vector } from "../src/math/matrix.ts";
import type { Component } from "./components.ts";
import type { Share } from "./kept-shares.ts";

/** Beyond this exponent a ratio is worked out in logs. */
const LARGEST_EXPONENT = 300;
/** A birth is looked at in so many rounds, each of which takes rows from everywhere. */
const ROUNDS = 8;

/** What a ratio is relative to. */
export interface Kept {
  readonly total: Share;
  readonly unit: Share;
  /** Log density of each row, allocations summed out. */
  readonly density: Vector;
  /** Of a known density, in units of A / S. */
  readonly odds: Vector | undefined;
}

// Arrays are taken out of their objects before a loop: engines look them up anew at every row.

/**
 * Σ_i log of (A_i / S_i) over that of the kept state, A and S the sums of a share; with odds c of a known density each
 * term is log (c + A / S) less the same of the kept state. NaN where a ratio leaves the range of doubles upwards.
 */
export function sumOfLogRatios(sum: Share, { total, odds }: Kept): number {
  const { gate, joint } = sum;
  const { gate: oldGate, joint: oldJoint } = total;
  const n = gate.length;
  let log = 0;
  let product = 1;
  for (let i = 0; i < n; i++) {
    const ratio = (joint[i]! * oldGate[i]!) / (gate[i]! * oldJoint[i]!);
    product *= odds === undefined ? ratio : besideKnown(odds, i, ratio, oldJoint[i]! / oldGate[i]!);
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

/** (c + r a) / (c + a). */
function besideKnown(odds: Vector, i: number, ratio: number, before: number): number {
  const c = odds[i]!;
  return (c + ratio * before) / (c + before);
}

/**
 * A function of a new component that gives the log of the likelihood with it over that without it, and writes its share;
 * NaN where an exponent is out of range. A row is worth at most the log of f / (A / S), f the new density, and 0 where
 * that is negative: with what rows not yet looked at can add at most, it stops at −Infinity once the ratio is certain to
 * be below `atLeast`.
 */
export function birthRatio({ n, gate, expert }: Target, kept: Kept) {
  const logDensity = new Float64Array(n);
  const rounds = Math.min(ROUNDS, n);
  const most = { left: 0 };
  const look = lookAtRows(logDensity, kept, most);

  return ({ theta, gamma }: Component, out: Share, atLeast: number): number => {
    expert.logDensity(theta, logDensity);
    most.left = mostOf(logDensity, kept.density);
    if (most.left < atLeast) return Number.NEGATIVE_INFINITY;
    gate.logWeight(gamma, out.logGate);
    let log = 0;
    for (let round = 0; round < rounds; round++) {
      log += look(round, rounds, out);
      if (log + most.left < atLeast) return Number.NEGATIVE_INFINITY;
    }
    return log;
  };
}

/** Σ_i max(0, a_i − b_i). */
function mostOf(a: Vector, b: Vector): number {
  let most = 0;
  for (let i = 0; i < a.length; i++) most += Math.max(0, a[i]! - b[i]!);
  return most;
}

/**
 * A function that looks at rows first, first + step, …: gives their part of the log ratio, writes their shares, and takes
 * what they could have added off `most`.
 */
function lookAtRows(
  logDensity: Vector,
  { total, unit, density, odds }: Kept,
  most: { left: number },
) {
  const { gate: oldGate, joint: oldJoint } = total;
  const { gate: gateUnit, joint: jointUnit } = unit;

  return (first: number, step: number, { gate, joint, logGate }: Share): number => {
    const n = logGate.length;
    let log = 0;
    let product = 1;
    let added = 0;
    for (let i = first; i < n; i += step) {
      const eta = logGate[i]!;
      const f = logDensity[i]!;
      const u = eta - gateUnit[i]!;
      const v = eta + f - jointUnit[i]!;
      if (!(u < LARGEST_EXPONENT && v < LARGEST_EXPONENT)) return Number.NaN;
      const newGate = fastExp(u);
      const newJoint = fastExp(v);
      gate[i] = newGate;
      joint[i] = newJoint;
      const a = oldJoint[i]!;
      const s = oldGate[i]!;
      const ratio = ((a + newJoint) * s) / ((s + newGate) * a);
      product *= odds === undefined ? ratio : besideKnown(odds, i, ratio, a / s);
      if (!(product > 1e-100 && product < 1e100)) {
        log += fastLog(product);
        product = 1;
      }
      added += Math.max(0, f - density[i]!);
    }
    most.left -= added;
    return log + fastLog(product);
  };
}
