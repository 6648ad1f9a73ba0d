import type { GateWeights } from "../../src/core/gate.ts";
import { firstRows } from "../../src/core/mixture.ts";
import { columnMaxima, columnSums, shiftAndExponentiate } from "../../src/math/columns.ts";
import { fastExp } from "../../src/math/exp.ts";
import { linearPredictor } from "../../src/math/gram.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";

/** Largest exponent of a weight: products of a few weights and their reciprocals stay in the range of doubles. */
export const LARGEST_EXPONENT = 300;

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
  /** Length n: a number near the linear predictors of row i, so that its exponentials are in range. */
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
  // Nothing is kept yet, or rows were recentred around other components than k, or a new weight is out of range.
  let stale = true;

  function refresh(gamma: Matrix): void {
    if (kept.gamma.rows !== gamma.rows) kept = memoryOf(gamma.rows);
    const { log, weight } = kept;
    kept.gamma.data.set(gamma.data);
    for (let k = 0; k < gamma.rows; k++) linearPredictor(W, q, n, row(gamma, k), row(log, k));
    columnMaxima(log, shift);
    shiftAndExponentiate(log, shift, weight);
    stale = false;
  }

  /** Component k has new weights. */
  function changed(k: number, gammaRow: Vector): void {
    row(kept.gamma, k).set(gammaRow);
    if (exceeds(row(kept.weight, k), LARGEST_WEIGHT)) stale = true;
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
      for (let i = firstBelow(others, SMALLEST_SUM, 0); i < n; ) {
        shift[i] = recentre(kept, W, i, k, others);
        stale = true;
        i = firstBelow(others, SMALLEST_SUM, i + 1);
      }
    },

    isCapped: () => stale,

    weights: (k) => row(kept.weight, k),

    replace(k, gammaRow) {
      const of = row(kept.log, k);
      linearPredictor(W, q, n, gammaRow, of);
      shiftAndExponentiate(matrix(1, n, of), shift, matrix(1, n, row(kept.weight, k)));
      changed(k, gammaRow);
    },

    adopt(k, gammaRow, log, weight) {
      row(kept.log, k).set(log);
      row(kept.weight, k).set(weight);
      changed(k, gammaRow);
    },
  };
}

interface Memory {
  readonly gamma: Matrix;
  readonly log: Matrix;
  readonly weight: Matrix;
}

/** A function that gives memory for K components: all share one, which grows when there are more than ever. */
function growingMemory(n: number, q: number): (K: number) => Memory {
  const make = (K: number): Memory => ({
    gamma: matrix(K, q),
    log: matrix(K, n),
    weight: matrix(K, n),
  });
  let most = make(0);
  return (K) => {
    if (most.gamma.rows < K) most = make(K);
    const { gamma, log, weight } = most;
    return { gamma: firstRows(gamma, K), log: firstRows(log, K), weight: firstRows(weight, K) };
  };
}

/** Computes weights and others of row i anew around the largest linear predictor but that of component k; returns it. */
function recentre(
  { gamma, weight }: Memory,
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
    row(weight, j)[i] = capped;
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

function exceeds(values: Vector, bound: number): boolean {
  for (let i = 0; i < values.length; i++) if (values[i]! > bound) return true;
  return false;
}

function predictorAt({ columns: q, data }: Matrix, k: number, W: Vector, i: number): number {
  let eta = 0;
  for (let j = 0; j < q; j++) eta += W[i * q + j]! * data[k * q + j]!;
  return eta;
}
