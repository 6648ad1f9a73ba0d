import type { Target } from "../src/core/target.ts";
import { logistic } from "../src/math/log-sum-exp.ts";
import { matrix, row, type Vector } from "../src/math/matrix.ts";
import { integerBelow, type Rng, uniform } from "../src/math/rng.ts";

/** Steps of EM from a start to the launch; the gate, whose fit costs most, takes part in the last ones. */
const STEPS = 5;
const STEPS_WITH_GATE = 1;
/** How often the start is two experts fitted to a few random rows, rather than a cut between the two anchors. */
const RANDOM_START = 0.6;
/** No row is sure of its side. */
const LEAST_PROBABILITY = 1e-3;

/**
 * A function that proposes how some rows might be divided between two components, one that holds row i and one that
 * holds row j: a few steps of EM for a mixture of two experts among those rows, from a random start. It writes into
 * `probability` (length n), for each of the rows, how likely it goes with i. It looks at the rows, i and j and fresh
 * random numbers only: never at how the rows are divided now, nor at the parameters of their components.
 */
export function launch(target: Target) {
  const { n, expert, gate } = target;
  const theta = matrix(2, expert.dimension);
  const gamma = matrix(2, gate.dimension);
  const logGate = matrix(2, n);
  const density = matrix(2, n);
  const responsibility = matrix(2, n);
  const weights = new Float64Array(n);

  return (rng: Rng, rows: Int32Array, i: number, j: number, probability: Vector): void => {
    responsibility.data.fill(0);
    for (let k = 0; k < 2; k++) expert.samplePrior(rng, row(theta, k));
    if (uniform(rng) < RANDOM_START) fitToFew(rng, rows, [i, j]);
    else cut(rng, rows, i, j);
    gamma.data.fill(0);
    logGate.data.fill(0);
    for (let step = 0; step < STEPS; step++) {
      weigh(rows);
      maximizeExperts(rows);
      if (step >= STEPS - STEPS_WITH_GATE) maximizeGate();
    }
    weigh(rows);
    writeProbabilities(rows, i, j, probability);
  };

  /** An expert for each anchor, fitted to it and a few random rows. */
  function fitToFew(rng: Rng, rows: Int32Array, anchors: readonly [number, number]): void {
    const some = new Int32Array(expert.dimension);
    const weight = new Float64Array(expert.dimension).fill(1);
    anchors.forEach((anchor, k) => {
      some[0] = anchor;
      for (let m = 1; m < some.length; m++) some[m] = rows[integerBelow(rng, rows.length)]!;
      expert.maximize(row(theta, k), { rows: some, weight }, 1);
    });
  }

  /** Experts for the rows that are nearer to i, and to j, in one feature. */
  function cut(rng: Rng, rows: Int32Array, i: number, j: number): void {
    const { columns, data } = target.features;
    const f = columns === 0 ? 0 : integerBelow(rng, columns);
    const at = (m: number) => data[m * columns + f] ?? 0;
    for (const m of rows) {
      const nearer = Math.abs(at(m) - at(i)) <= Math.abs(at(m) - at(j));
      responsibility.data[m] = nearer ? 1 : 0;
      responsibility.data[n + m] = nearer ? 0 : 1;
    }
    maximizeExperts(rows);
  }

  function maximizeExperts(rows: Int32Array): void {
    for (let k = 0; k < 2; k++) {
      const weight = weights.subarray(0, rows.length);
      gather(row(responsibility, k), rows, weight);
      expert.maximize(row(theta, k), { rows, weight }, 1);
    }
  }

  function maximizeGate(): void {
    gate.maximize(gamma, responsibility, 1);
    for (let k = 0; k < 2; k++) gate.logWeight(row(gamma, k), row(logGate, k));
  }

  /** Responsibilities of the two experts for the rows; all others keep 0. */
  function weigh(rows: Int32Array): void {
    for (let k = 0; k < 2; k++) expert.logDensity(row(theta, k), row(density, k));
    for (const m of rows) {
      const first = logistic(logOdds(m));
      responsibility.data[m] = first;
      responsibility.data[n + m] = 1 - first;
    }
  }

  function logOdds(m: number): number {
    const own = logGate.data[m]! + density.data[m]!;
    const other = logGate.data[n + m]! + density.data[n + m]!;
    const odds = own - other;
    return Number.isNaN(odds) ? 0 : odds;
  }

  /** The component for which i is likelier than j, by the odds of the two, is that of i. */
  function writeProbabilities(rows: Int32Array, i: number, j: number, probability: Vector): void {
    const sign = logOdds(i) >= logOdds(j) ? 1 : -1;
    for (const m of rows) {
      const p = logistic(sign * logOdds(m));
      probability[m] = LEAST_PROBABILITY + (1 - 2 * LEAST_PROBABILITY) * p;
    }
  }
}

/** out[m] = values[rows[m]]. */
function gather(values: Vector, rows: Int32Array, out: Vector): void {
  for (let m = 0; m < rows.length; m++) out[m] = values[rows[m]!]!;
}
