import { countPriorOf } from "../../src/core/count.ts";
import { SamplerError } from "../../src/core/errors.ts";
import type { ExpertApproximation } from "../../src/core/expert.ts";
import type { Info, Move } from "../../src/core/kernel.ts";
import type { State, Target } from "../../src/core/target.ts";
import { fastLog } from "../../src/math/exp.ts";
import { integerBelow, type Rng, uniform } from "../../src/math/rng.ts";
import { type Component, componentOf, exchangeWithRows } from "../components.ts";
import { launch } from "../launch.ts";
import { levels } from "../levels.ts";
import { isWorthTrials } from "../trials.ts";
import { count } from "./marginal.ts";
import { levelsOf } from "./thin-empties.ts";

/** How often the move is tried in warm-up, where it finds the modes, and after it, and from how many starts it is launched. */
const SMALL = { inWarmup: 1, later: 0.05, starts: 1, words: "every sweep of warm-up" };
/** Of components with so many parameters that a launch costs sweeps, and from one start leads to a lesser mode. */
const LARGE = {
  inWarmup: 0.25,
  later: 0.05,
  starts: 4,
  words: "on average every fourth sweep of warm-up",
};

/**
 * Splits the component of two random rows, or merges their components, parameters drawn anew: those of the experts from
 * `approximate` (integrated out where it is exact), those of the gate from their density given levels, where components
 * are independent. How the rows are divided is proposed by a few steps of EM that know neither the present division nor
 * the present parameters. With B and G the weights of these draws, and q the probability of the division, a split of
 * C in a and b is accepted with ratio p(K + 1) / p(K) · (K + 1) · B(a) B(b) / B(C) · G(a) G(b) / G(C) / q.
 * Source: [jain2004], [jain2007]; the levels: [argiento2022].
 */
export function collapsedSplitMerge(target: Target): Move {
  const prior = countPriorOf(target, "collapsed split-merge");
  const { load, draw, weightOf } = freshComponents(target);
  const { inWarmup, later, starts, words } = isWorthTrials(target) ? LARGE : SMALL;
  const divide = launch(target, starts);
  const probability = new Float64Array(target.n);

  function logCount(K: number): number {
    return prior.logProbability(K + 1) - prior.logProbability(K) + fastLog(K + 1);
  }

  function split(rng: Rng, state: State, { i, j, rows }: Anchored, info: Info): State {
    const K = state.theta.rows;
    if (K === prior.max) return state;
    const { a, b, logProbability } = drawDivision(rng, rows, i, j, probability);
    const first = draw(rng, a);
    const second = draw(rng, b);
    const k = state.z[i]!;
    const logRatio =
      logCount(K) +
      first.weight +
      second.weight -
      weightOf(componentOf(state, k), rows) -
      logProbability;
    if (!(fastLog(uniform(rng)) < logRatio)) return state;
    count(info, "collapsed-split.accepted");
    const added = [first.component, second.component];
    return exchangeWithRows(rng, state, [k], added, [a, b]);
  }

  function merge(rng: Rng, state: State, { i, j, rows }: Anchored, info: Info): State {
    const K = state.theta.rows;
    const own = state.z[i]!;
    const other = state.z[j]!;
    const a = rows.filter((m) => state.z[m] === own);
    const b = rows.filter((m) => state.z[m] === other);
    const merged = draw(rng, rows);
    const logRatio =
      merged.weight +
      logDivision(rows, i, j, probability, (m) => state.z[m] === own) -
      logCount(K - 1) -
      weightOf(componentOf(state, own), a) -
      weightOf(componentOf(state, other), b);
    if (!(fastLog(uniform(rng)) < logRatio)) return state;
    count(info, "collapsed-merge.accepted");
    return exchangeWithRows(rng, state, [own, other], [merged.component], [rows]);
  }

  return {
    name: "collapsed split-merge",
    parts: [`collapsed split-merge, in ${words} and on average every twentieth after it`],
    step(rng, state, warmup = false) {
      const info: Info = {};
      const rate = warmup ? inWarmup : later;
      if (target.n < 2 || (rate < 1 && uniform(rng) >= rate)) return { state, info };
      const anchored = anchor(rng, state);
      const { i, j, rows } = anchored;
      const isSplit = state.z[i] === state.z[j];
      count(info, isSplit ? "collapsed-split.proposed" : "collapsed-merge.proposed");
      divide(rng, rows, i, j, probability);
      load(rng, state);
      const next = isSplit ? split(rng, state, anchored, info) : merge(rng, state, anchored, info);
      return { state: next, info };
    },
  };
}

/** Components drawn anew for some rows, given levels that `load` draws. */
function freshComponents(target: Target) {
  const given = levelsOf(target, "collapsed split-merge");
  const approximate = approximationOf(target);
  const drawLevels = levels(target);
  return {
    load: (rng: Rng, state: State): void => given.load(drawLevels(rng, state)),

    /** A component for these rows, with log B + log G. */
    draw(rng: Rng, rows: Int32Array) {
      const theta = new Float64Array(target.expert.dimension);
      const gamma = new Float64Array(target.gate.dimension);
      const weight = approximate(rows).draw(rng, theta) + given.draw(rng, rows, gamma);
      return { component: { theta, gamma }, weight };
    },

    /** log B + log G of a component that is there. */
    weightOf: ({ theta, gamma }: Component, rows: Int32Array): number =>
      approximate(rows).logWeight(theta) + given.logWeight(rows, gamma),
  };
}

/** Two rows and all rows of their components. */
interface Anchored {
  readonly i: number;
  readonly j: number;
  readonly rows: Int32Array;
}

function anchor(rng: Rng, { z }: State): Anchored {
  const i = integerBelow(rng, z.length);
  const other = integerBelow(rng, z.length - 1);
  const j = other < i ? other : other + 1;
  const rows = new Int32Array(z.length);
  let count = 0;
  for (let m = 0; m < z.length; m++) if (z[m] === z[i] || z[m] === z[j]) rows[count++] = m;
  return { i, j, rows: rows.subarray(0, count) };
}

/** Draws which rows go with i and which with j, and returns the log probability of that. */
function drawDivision(rng: Rng, rows: Int32Array, i: number, j: number, probability: Float64Array) {
  const withI = new Set<number>([i]);
  for (const m of rows) {
    if (m !== i && m !== j && uniform(rng) < probability[m]!) withI.add(m);
  }
  const isWithI = (m: number) => withI.has(m);
  return {
    a: rows.filter(isWithI),
    b: rows.filter((m) => !isWithI(m)),
    logProbability: logDivision(rows, i, j, probability, isWithI),
  };
}

function logDivision(
  rows: Int32Array,
  i: number,
  j: number,
  probability: Float64Array,
  isWithI: (m: number) => boolean,
): number {
  let total = 0;
  for (const m of rows) {
    if (m === i || m === j) continue;
    total += fastLog(isWithI(m) ? probability[m]! : 1 - probability[m]!);
  }
  return total;
}

function approximationOf({ expert }: Target): (rows: Int32Array) => ExpertApproximation {
  const { approximate } = expert;
  if (approximate === undefined) {
    throw new SamplerError(
      "collapsed split-merge needs experts that can be drawn anew (`approximate`); this family with these priors " +
        "cannot. Use a conjugate prior, or the sampler mfm",
    );
  }
  return (rows) => approximate({ rows, weight: new Float64Array(rows.length).fill(1) });
}
