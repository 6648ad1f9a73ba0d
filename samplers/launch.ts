import type { Target } from "../src/core/target.ts";
import { logistic } from "../src/math/log-sum-exp.ts";
import { type Matrix, matrix, row, type Vector } from "../src/math/matrix.ts";
import { integerBelow, type Rng, uniform } from "../src/math/rng.ts";
import { softplus } from "../src/math/softplus.ts";
import { logisticStep } from "./logistic-step.ts";

/** Steps of EM from a start to the launch; the gate takes part in the last ones. */
const STEPS = 5;
const STEPS_WITH_GATE = 2;
/** How often the start is two experts fitted to a few random rows, rather than a cut between the two anchors. */
const RANDOM_START = 0.6;
/** No row is sure of its side. */
const LEAST_PROBABILITY = 1e-3;

/**
 * A function that proposes how some rows might be divided between two components, one that holds row i and one that
 * holds row j: a few steps of EM for a mixture of two experts among those rows, from a random start, the likeliest of
 * `starts` such. It writes into `probability` (length n), for each of the rows, how likely it goes with i. It looks at
 * the rows, i and j and fresh random numbers only: never at how the rows are divided now, nor at the parameters of their
 * components.
 */
export function launch(target: Target, starts = 1) {
  const pair = pairOfExperts(target);
  const odds = new Float64Array(target.n);

  function climb(rng: Rng, rows: Int32Array, i: number, j: number): void {
    pair.restart(rng);
    if (uniform(rng) < RANDOM_START) pair.fitToFew(rng, rows, [i, j]);
    else pair.cut(rng, rows, i, j);
    for (let step = 0; step < STEPS; step++) {
      pair.weigh(rows);
      pair.maximizeExperts(rows);
      if (step >= STEPS - STEPS_WITH_GATE) pair.improveGate(rows);
    }
    pair.weigh(rows);
  }

  /** Writes the log odds of the likeliest end. */
  function climbToBest(rng: Rng, rows: Int32Array, i: number, j: number): void {
    let highest = Number.NEGATIVE_INFINITY;
    for (let start = 0; start < starts; start++) {
      climb(rng, rows, i, j);
      const height = starts === 1 ? 0 : sumOver(rows, pair.logDensity);
      if (start > 0 && !(height > highest)) continue;
      if (!Number.isNaN(height)) highest = height;
      for (const m of rows) odds[m] = pair.logOdds(m);
    }
  }

  return (rng: Rng, rows: Int32Array, i: number, j: number, probability: Vector): void => {
    climbToBest(rng, rows, i, j);
    // The component for which i is likelier than j, by the odds of the two, is that of i.
    const sign = odds[i]! >= odds[j]! ? 1 : -1;
    for (const m of rows) {
      const p = logistic(sign * odds[m]!);
      probability[m] = LEAST_PROBABILITY + (1 - 2 * LEAST_PROBABILITY) * p;
    }
  };
}

function sumOver(rows: Int32Array, of: (m: number) => number): number {
  let total = 0;
  for (const m of rows) total += of(m);
  return total;
}

/** Two experts with a gate between them, on some of the rows. */
function pairOfExperts({ n, expert, gate, features }: Target) {
  const theta = matrix(2, expert.dimension);
  const density = matrix(2, n);
  const responsibility = matrix(2, n);
  const weights = new Float64Array(n);
  const gateOdds = new Float64Array(n);
  const gateStep = gate.design === undefined ? undefined : logisticStep(gate.design.X);

  function logOdds(m: number): number {
    const odds = gateOdds[m]! + density.data[m]! - density.data[n + m]!;
    return Number.isNaN(odds) ? 0 : odds;
  }

  function maximizeExperts(rows: Int32Array): void {
    for (let k = 0; k < 2; k++) {
      const weight = weights.subarray(0, rows.length);
      gather(row(responsibility, k), rows, weight);
      expert.maximize(row(theta, k), { rows, weight }, 1);
    }
  }

  return {
    logOdds,
    maximizeExperts,

    restart(rng: Rng): void {
      gateOdds.fill(0);
      for (let k = 0; k < 2; k++) expert.samplePrior(rng, row(theta, k));
    },

    /** An expert for each anchor, fitted to it and a few random rows. */
    fitToFew(rng: Rng, rows: Int32Array, anchors: readonly [number, number]): void {
      const some = new Int32Array(expert.dimension);
      const weight = new Float64Array(expert.dimension).fill(1);
      anchors.forEach((anchor, k) => {
        some[0] = anchor;
        for (let m = 1; m < some.length; m++) some[m] = rows[integerBelow(rng, rows.length)]!;
        expert.maximize(row(theta, k), { rows: some, weight }, 1);
      });
    },

    /** Experts for the rows that are nearer to i, and to j, in one feature. */
    cut(rng: Rng, rows: Int32Array, i: number, j: number): void {
      divideAt(
        features,
        integerBelow(rng, Math.max(1, features.columns)),
        rows,
        i,
        j,
        responsibility,
      );
      maximizeExperts(rows);
    },

    /** Of the two as a mixture. */
    logDensity: (m: number): number =>
      density.data[n + m]! + softplus(logOdds(m)) - softplus(gateOdds[m]!),

    improveGate: (rows: Int32Array): void => gateStep?.(rows, responsibility.data, gateOdds),

    /** Responsibilities of the two experts for the rows. */
    weigh(rows: Int32Array): void {
      for (let k = 0; k < 2; k++) expert.logDensity(row(theta, k), row(density, k));
      for (const m of rows) {
        const first = logistic(logOdds(m));
        responsibility.data[m] = first;
        responsibility.data[n + m] = 1 - first;
      }
    },
  };
}

/** Gives each row to i or to j, whichever is nearer in feature f. */
function divideAt(
  { columns, data }: Matrix,
  f: number,
  rows: Int32Array,
  i: number,
  j: number,
  { columns: n, data: responsibility }: Matrix,
): void {
  const at = (m: number) => data[m * columns + f] ?? 0;
  for (const m of rows) {
    const isNearer = Math.abs(at(m) - at(i)) <= Math.abs(at(m) - at(j));
    responsibility[m] = isNearer ? 1 : 0;
    responsibility[n + m] = isNearer ? 0 : 1;
  }
}

/** out[m] = values[rows[m]]. */
function gather(values: Vector, rows: Int32Array, out: Vector): void {
  for (let m = 0; m < rows.length; m++) out[m] = values[rows[m]!]!;
}
