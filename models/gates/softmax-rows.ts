import { columnMaxima, exponentiateColumns } from "../../src/math/columns.ts";
import { fastExp } from "../../src/math/exp.ts";
import { linearPredictor } from "../../src/math/gram.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";

/** Largest exponent of a weight: products of a few weights and their reciprocals stay in the range of doubles. */
export const LARGEST_EXPONENT = 300;

const LARGEST_WEIGHT = fastExp(LARGEST_EXPONENT);

/** Where the others' sum is below this, it is computed anew around the largest of its terms. */
const SMALLEST_SUM = 1 / LARGEST_WEIGHT;

/**
 * The unnormalised gate weights exp(w_i'γ_k − shift_i) of all components, kept while one row of gamma
 * after another is updated: with them, p(γ_k | rest) needs no other row's exponentials anew. There must be two
 * components or more.
 */
export interface GateRows {
  readonly n: number;
  readonly q: number;
  readonly W: Vector;
  /** Length n: a number near the linear predictors of row i, so that its exponentials are in range. */
  readonly shift: Vector;
  /** Length n: Σ_{j ≠ k} exp(w_i'γ_j − shift_i), after `isolate(k)`. */
  readonly others: Vector;
  /** Recomputes everything from gamma. */
  refresh(gamma: Matrix): void;
  isolate(k: number): void;
  /** Whether, after `isolate(k)`, component k is so far above the others somewhere that `weights(k)` is capped. */
  isCapped(): boolean;
  /** The weights of component k, as a view. */
  weights(k: number): Vector;
  /** Recomputes the weights of component k after its row, in the refreshed gamma too, has changed to γ. */
  replace(k: number, gammaRow: Vector): void;
}

export function gateRows(W: Vector, n: number, q: number): GateRows {
  const shift = new Float64Array(n);
  const others = new Float64Array(n);
  let weights = matrix(0, n);
  let current = weights;
  // Rows were recentred around other components than k, or a new weight is out of range.
  let stale = false;

  function refresh(gamma: Matrix): void {
    if (weights.rows !== gamma.rows) weights = matrix(gamma.rows, n);
    current = gamma;
    for (let k = 0; k < gamma.rows; k++) linearPredictor(W, q, n, row(gamma, k), row(weights, k));
    columnMaxima(weights, shift);
    exponentiateColumns(weights, shift);
    stale = false;
  }

  /** Computes shift, others and weights of row i anew around the largest linear predictor but that of component k. */
  function recentre(i: number, k: number): void {
    const linear = Array.from({ length: current.rows }, (_, j) => predictorAt(current, j, W, i));
    const centre = Math.max(...linear.filter((_, j) => j !== k));
    shift[i] = centre;
    others[i] = 0;
    linear.forEach((eta, j) => {
      const weight = fastExp(Math.min(eta - centre, LARGEST_EXPONENT));
      row(weights, j)[i] = weight;
      if (j !== k) others[i] = others[i]! + weight;
    });
    stale = true;
  }

  return {
    n,
    q,
    W,
    shift,
    others,
    refresh,

    isolate(k) {
      if (stale) refresh(current);
      // Summed anew rather than subtracted: S − e_k cancels where component k dominates.
      others.fill(0);
      for (let j = 0; j < weights.rows; j++) {
        if (j === k) continue;
        const of = row(weights, j);
        for (let i = 0; i < n; i++) others[i] = others[i]! + of[i]!;
      }
      for (let i = 0; i < n; i++) if (!(others[i]! >= SMALLEST_SUM)) recentre(i, k);
    },

    isCapped: () => stale,

    weights: (k) => row(weights, k),

    replace(k, gammaRow) {
      const of = row(weights, k);
      linearPredictor(W, q, n, gammaRow, of);
      for (let i = 0; i < n; i++) {
        of[i] = fastExp(of[i]! - shift[i]!);
        if (of[i]! > LARGEST_WEIGHT) stale = true;
      }
    },
  };
}

function predictorAt({ columns: q, data }: Matrix, k: number, W: Vector, i: number): number {
  let eta = 0;
  for (let j = 0; j < q; j++) eta += W[i * q + j]! * data[k * q + j]!;
  return eta;
}
