import type { GateWeights } from "../../src/core/gate.ts";
import { columnSums } from "../../src/math/columns.ts";
import { fastExp } from "../../src/math/exp.ts";
import { linearPredictor } from "../../src/math/gram.ts";
import type { Matrix, Vector } from "../../src/math/matrix.ts";
import {
  ABOVE,
  endsOf,
  exponentiate,
  fillFromGamma,
  growingMemory,
  LARGEST_EXPONENT,
  type Memory,
  shiftToMaxima,
} from "./softmax-memory.ts";

export { LARGEST_EXPONENT };

export const LARGEST_WEIGHT = fastExp(LARGEST_EXPONENT);

/** Where the others' sum is below this, it is computed anew around the largest of its terms. */
const SMALLEST_SUM = 1 / LARGEST_WEIGHT;

/**
 * The unnormalised gate weights exp(w_i'γ_k − shift_i) of all components, kept while one row of gamma
 * after another is updated: with them, p(γ_k | rest) needs no other row's exponentials anew. To isolate a component
 * there must be two or more.
 */
export interface GateRows {
  readonly n: number;
  readonly q: number;
  readonly W: Vector;
  /** Length n: a number by which the exponentials of row i come into range; 0 wherever they are in range without. */
  readonly shift: Vector;
  /** Length n: Σ_{j ≠ k} exp(w_i'γ_j − shift_i), after `isolate(k)`. */
  readonly others: Vector;
  /** Computes everything from gamma: with this first, an update depends on its state alone, not on what came before. */
  refresh(gamma: Matrix): void;
  /** The weights of gamma: those that the update before left, if it left gamma so. */
  of(gamma: Matrix): GateWeights;
  isolate(k: number): void;
  /** Whether, after `isolate(k)`, component k is so far above the others somewhere that `weights(k)` is capped. */
  isCapped(): boolean;
  /** The weights of component k, as a view. */
  weights(k: number): Vector;
  /** w_i'γ_k − shift_i, as a view. */
  logs(k: number): Vector;
  /** Recomputes the weights of component k after its row of gamma has changed to γ. */
  replace(k: number, gammaRow: Vector): void;
  /** The same from w_i'γ − shift_i and its exponentials, both of length n, where they are known. */
  adopt(k: number, gammaRow: Vector, log: Vector, weight: Vector): void;
}

export function gateRows(W: Vector, n: number, q: number): GateRows {
  const shift = new Float64Array(n);
  const others = new Float64Array(n);
  const memoryOf = growingMemory(n, q);
  let kept = memoryOf(0);
  // Whether some shift is not 0.
  let shifted = false;
  // Nothing is kept yet, or rows were recentred around other components than k, or a new weight is out of range.
  let stale = true;

  function refresh(gamma: Matrix): void {
    if (kept.gamma.rows !== gamma.rows) kept = memoryOf(gamma.rows);
    kept.gamma.data.set(gamma.data);
    if (fillFromGamma(kept, W, n, q)) {
      if (shifted) shift.fill(0);
      shifted = false;
    } else {
      shiftToMaxima(kept, shift);
      shifted = true;
    }
    stale = false;
  }

  /** Component k has new logs and weights. */
  function changed(k: number, gammaRow: Vector, ends: number): void {
    kept.rows[k]!.gamma.set(gammaRow);
    kept.outside[k] = ends;
    if ((ends & ABOVE) !== 0) stale = true;
  }

  return {
    n,
    q,
    W,
    shift,
    others,
    refresh,

    of(gamma) {
      const isKept = gamma.rows === kept.gamma.rows && equal(gamma.data, kept.gamma.data);
      if (stale || !isKept) refresh(gamma);
      return kept;
    },

    isolate(k) {
      if (stale) refresh(kept.gamma);
      // Summed anew rather than subtracted: S − e_k cancels where component k dominates.
      columnSums(kept.weight, others, k);
      if (recentreBelow(kept, W, k, shift, others)) shifted = stale = true;
    },

    isCapped: () => stale,

    weights: (k) => kept.rows[k]!.weight,

    logs: (k) => kept.rows[k]!.log,

    replace(k, gammaRow) {
      const { log, weight } = kept.rows[k]!;
      linearPredictor(W, q, n, gammaRow, log);
      if (shifted) subtract(shift, log);
      changed(k, gammaRow, exponentiate(log, weight));
    },

    adopt(k, gammaRow, log, weight) {
      kept.rows[k]!.log.set(log);
      kept.rows[k]!.weight.set(weight);
      changed(k, gammaRow, endsOf(log));
    },
  };
}

function subtract(amounts: Vector, values: Vector): void {
  for (let i = 0; i < values.length; i++) values[i] = values[i]! - amounts[i]!;
}

/** Recentres the rows where the others' sum is too small; whether there are any. */
function recentreBelow(kept: Memory, W: Vector, k: number, shift: Vector, others: Vector): boolean {
  if (kept.outside.some((ends, j) => ends === 0 && j !== k)) return false;
  let i = firstBelow(others, SMALLEST_SUM, 0);
  if (i === others.length) return false;
  for (; i < others.length; i = firstBelow(others, SMALLEST_SUM, i + 1)) {
    shift[i] = recentre(kept, W, i, k, others);
  }
  return true;
}

/** Computes weights and others of row i anew around the largest linear predictor but that of component k; returns it. */
function recentre(
  { gamma, rows }: Memory,
  W: Vector,
  i: number,
  k: number,
  others: Vector,
): number {
  const linear = Array.from({ length: gamma.rows }, (_, j) => predictorAt(gamma, j, W, i));
  const centre = Math.max(...linear.filter((_, j) => j !== k));
  others[i] = 0;
  linear.forEach((eta, j) => {
    const capped = fastExp(Math.min(eta - centre, LARGEST_EXPONENT));
    rows[j]!.log[i] = eta - centre;
    rows[j]!.weight[i] = capped;
    if (j !== k) others[i] = others[i]! + capped;
  });
  return centre;
}

function equal(a: Vector, b: Vector): boolean {
  for (let j = 0; j < a.length; j++) if (a[j] !== b[j]) return false;
  return true;
}

/** The first index from `start` on with a value below the bound, or NaN; the length if there is none. */
function firstBelow(values: Vector, bound: number, start: number): number {
  let i = start;
  while (i < values.length && values[i]! >= bound) i++;
  return i;
}

function predictorAt({ columns: q, data }: Matrix, k: number, W: Vector, i: number): number {
  let eta = 0;
  for (let j = 0; j < q; j++) eta += W[i * q + j]! * data[k * q + j]!;
  return eta;
}
