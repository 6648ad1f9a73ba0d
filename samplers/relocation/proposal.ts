import type { Deviation, Target } from "../../src/core/target.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { integerBelow, type Rng, uniform } from "../../src/math/rng.ts";
import { logGamma } from "../../src/math/stdlib.ts";
import { type Classes, classify } from "./classes.ts";
import { KNOWN, knownLaunch, OTHERS, OWN } from "./launch.ts";
import type { Remainder } from "./rest.ts";

/** How often the component is to be left without rows. */
const EMPTYING = 0.2;

/** Who makes each row, as it is proposed for one component of a deviated mixture. */
export interface RowProposal {
  /** Rows that a component must have before it can be relocated, unless it has none. */
  readonly anchorCount: number;
  /** Draws a division, with log of its weight over its probability of being proposed, anchors included. */
  draw(rng: Rng, rest: Remainder): { readonly classes: Classes; readonly logWeight: number };
  /** The same number of a division that is there; its anchors are drawn among the component's own rows. */
  logWeight(rng: Rng, rest: Remainder, classes: Classes): number;
}

/**
 * Anchors are all equally likely when proposed, and in reverse all equally likely among the component's own rows. The weight
 * of a division leaves out what the component says of its own rows: λ is integrated out, and others are summed out.
 */
export function rowProposal(target: Target): RowProposal {
  const { n, expert, deviation } = target;
  const anchorCount = Math.min(expert.dimension, n);
  const launch = knownLaunch(target);
  const all = Int32Array.from({ length: n }, (_, i) => i);
  const log = new Float64Array(3 * n);

  /** log probability of a division from anchors, with that of the anchors, where a launch from them is in `log`. */
  function logProposal({ of }: Classes, anchors: Int32Array): number {
    const isEmpty = anchors.length === 0;
    let total = isEmpty ? fastLog(EMPTYING) : fastLog(1 - EMPTYING) - logChoose(n, anchorCount);
    for (let i = 0; i < n; i++) total += log[of[i]! * n + i]!;
    for (const i of anchors) total -= log[OWN * n + i]!;
    return total;
  }

  function logWeight(classes: Classes, rest: Remainder, anchors: Int32Array): number {
    const inReverse = logChoose(classes.own.length, anchors.length);
    return logRows(deviation!, classes, rest) - inReverse - logProposal(classes, anchors);
  }

  return {
    anchorCount,
    draw(rng, rest) {
      const anchors = uniform(rng) < EMPTYING ? new Int32Array(0) : some(rng, all, anchorCount);
      launch(rest, anchors, log);
      const classes = classify(n, drawClasses(rng, log, n, anchors));
      return { classes, logWeight: logWeight(classes, rest, anchors) };
    },
    logWeight(rng, rest, classes) {
      const anchors = classes.own.length === 0 ? classes.own : some(rng, classes.own, anchorCount);
      launch(rest, anchors, log);
      return logWeight(classes, rest, anchors);
    },
  };
}

/** log ∫ p(λ) λ^m (1 − λ)^(n − m) dλ, up to a constant, with the densities of rows that the component has not made. */
function logRows({ a, b }: Deviation, { of, mixed }: Classes, rest: Remainder): number {
  let total = logGamma(a + mixed) + logGamma(b + of.length - mixed);
  for (let i = 0; i < of.length; i++) {
    if (of[i] === KNOWN) total += rest.logKnown[i]!;
    else if (of[i] === OTHERS) total += rest.logOthers![i]!;
  }
  return total;
}

/** So many of the rows, all choices equally likely. */
function some(rng: Rng, rows: Int32Array, count: number): Int32Array {
  const pool = rows.slice();
  for (let m = 0; m < count; m++) {
    const j = m + integerBelow(rng, pool.length - m);
    [pool[m], pool[j]] = [pool[j]!, pool[m]!];
  }
  return pool.slice(0, count);
}

/** A class for every row from log probabilities (3 × n); anchors are the component's own. */
function drawClasses(rng: Rng, log: Vector, n: number, anchors: Int32Array): Uint8Array {
  const of = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const u = uniform(rng);
    const known = fastExp(log[i]!);
    of[i] = u < known ? KNOWN : u < known + fastExp(log[n + i]!) ? OTHERS : OWN;
  }
  for (const i of anchors) of[i] = OWN;
  return of;
}

const logChoose = (n: number, r: number): number =>
  logGamma(n + 1) - logGamma(r + 1) - logGamma(n - r + 1);
