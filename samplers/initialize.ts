import {
  firstRows,
  logJoint,
  memberships,
  mixtureScratch,
  sumOutAllocation,
  toResponsibilities,
} from "../src/core/mixture.ts";
import type { State, Target } from "../src/core/target.ts";
import { copy, type Matrix, row } from "../src/math/matrix.ts";
import { integerBelow, type Rng } from "../src/math/rng.ts";
import { allocate } from "./moves/allocate.ts";
import { kMeansPartition } from "./partition.ts";

/**
 * Where a chain starts. kmeans and em: the best of several short EM runs, then some steps in which the gate takes part;
 * the runs of kmeans start from groups of (x, y), those of em from experts fitted to a few random rows.
 * random: experts fitted to a few random rows, once. prior: a draw from the prior. Of very many rows kmeans and em look
 * at a part.
 */
export type Start = "kmeans" | "em" | "random" | "prior";

export const starts: readonly Start[] = ["kmeans", "em", "random", "prior"];

const TRIES: Readonly<Record<"kmeans" | "em", number>> = { kmeans: 5, em: 20 };
const FEWEST_TRIES = 4;
/** Rows that all tries together may look at in one step; so large data are tried less often. */
const ROWS_OF_TRIES = 400_000;
const STEPS_OF_TRY = 10;
const STEPS_WITH_GATE = 5;

/** A starting state of the kind asked for, allocations drawn given its parameters. */
export function initialize(rng: Rng, target: Target, start: Start): State {
  return settle(rng, target, target.samplePrior(rng), start);
}

/** Brings a state drawn from the prior to where its components fit the data, as `start` says. */
export function settle(rng: Rng, target: Target, state: State, start: Start): State {
  if (start === "random") fitToFewRows(rng, target, state);
  if (start === "kmeans" || start === "em") climb(rng, target.part?.() ?? target, state, start);
  return allocate(target).step(rng, state).state;
}

/** The best of several tries, then steps with the gate, in place but for z; its scratch is gone afterwards. */
function climb(rng: Rng, target: Target, state: State, start: "kmeans" | "em"): void {
  const propose = start === "em" ? fitToFewRows : fitToGroups;
  const em = emSteps(target);
  em.evenGate(state);
  bestOfTries(target, state, TRIES[start], () => propose(rng, target, state), em.withoutGate);
  for (let step = 0; step < STEPS_WITH_GATE; step++) em.withGate(state);
}

/** Fits each expert to one of K groups of rows. */
function fitToGroups(rng: Rng, { n, expert, features }: Target, { theta }: State): void {
  const members = memberships(n);
  members.sort(kMeansPartition(rng, features, theta.rows), theta.rows);
  for (let k = 0; k < theta.rows; k++) expert.maximize(row(theta, k), members.of(k), 1);
}

/** Fits each expert to as many random rows as it has parameters. */
function fitToFewRows(rng: Rng, { n, expert }: Target, { theta }: State): void {
  const rows = new Int32Array(expert.dimension);
  const weight = new Float64Array(expert.dimension).fill(1);
  for (let k = 0; k < theta.rows; k++) {
    for (let j = 0; j < rows.length; j++) rows[j] = integerBelow(rng, n);
    expert.maximize(row(theta, k), { rows, weight }, 1);
  }
}

/** Leaves in `state` the experts of the try that explains the data best. */
function bestOfTries(
  { n }: Target,
  state: State,
  most: number,
  propose: () => void,
  step: (state: State) => number,
): void {
  const tries = Math.min(most, Math.max(FEWEST_TRIES, Math.floor(ROWS_OF_TRIES / n)));
  let best = copy(state.theta);
  let highest = Number.NEGATIVE_INFINITY;
  for (let attempt = 0; attempt < tries; attempt++) {
    propose();
    let value = Number.NEGATIVE_INFINITY;
    for (let count = 0; count < STEPS_OF_TRY; count++) value = step(state);
    if (value <= highest) continue;
    highest = value;
    best = copy(state.theta);
  }
  state.theta.data.set(best.data);
}

/** The mean over rows of the probability that the mixture has made them; K × n. */
function share({ columns: n, data }: Matrix): number {
  return data.reduce((sum, r) => sum + r, 0) / n;
}

/** EM steps towards the posterior mode, in place; each returns the log-likelihood before it. */
function emSteps(target: Target) {
  const scratch = mixtureScratch(target);
  const rows = Int32Array.from({ length: target.n }, (_, i) => i);

  function maximizeExperts(state: State): { value: number; responsibility: Matrix } {
    const joint = logJoint(target, state, scratch);
    const value = sumOutAllocation(joint, scratch);
    const responsibility = firstRows(toResponsibilities(joint, scratch), state.theta.rows);
    if (state.deviation !== undefined) state.deviation.lambda[0] = share(responsibility);
    for (let k = 0; k < state.theta.rows; k++) {
      target.expert.maximize(row(state.theta, k), { rows, weight: row(responsibility, k) }, 1);
    }
    return { value, responsibility };
  }

  return {
    /** The gate for rows that belong to every component alike, as far as its prior allows. */
    evenGate({ theta, gamma }: State): void {
      const even = firstRows(scratch.logJoint, theta.rows);
      even.data.fill(1 / theta.rows);
      target.gate.maximize(gamma, even, 1);
    },
    withoutGate: (state: State): number => maximizeExperts(state).value,
    withGate(state: State): number {
      const { value, responsibility } = maximizeExperts(state);
      target.gate.maximize(state.gamma, responsibility, 1);
      return value;
    },
  };
}
