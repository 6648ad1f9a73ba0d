import { columnMaxima, exponentiateColumns } from "../../src/math/columns.ts";
import { fastExp } from "../../src/math/exp.ts";
import { linearPredictor } from "../../src/math/gram.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";

/** Below this a sum of shifted exponentials is taken for zero; keeps its logarithm finite. */
const SMALLEST_SUM = 1e-300;

/**
 * The unnormalised gate weights exp(w_i'γ_k − shift_i) of all components, kept while one row of gamma
 * after another is updated: with them, p(γ_k | rest) needs no other row's exponentials anew.
 */
export interface GateRows {
  readonly n: number;
  readonly q: number;
  readonly W: Vector;
  /** Length n: the largest linear predictor of row i when `refresh` was called. */
  readonly shift: Vector;
  /** Length n: Σ_{j ≠ k} exp(w_i'γ_j − shift_i), after `isolate(k)`. */
  readonly others: Vector;
  /** Recomputes everything from gamma. */
  refresh(gamma: Matrix): void;
  isolate(k: number): void;
  /** The weights of component k, as a view. */
  weights(k: number): Vector;
  /** Recomputes the weights of component k after its row has changed to γ. */
  replace(k: number, gammaRow: Vector): void;
}

export function gateRows(W: Vector, n: number, q: number): GateRows {
  const shift = new Float64Array(n);
  const others = new Float64Array(n);
  let weights = matrix(0, n);

  return {
    n,
    q,
    W,
    shift,
    others,

    refresh(gamma) {
      if (weights.rows !== gamma.rows) weights = matrix(gamma.rows, n);
      for (let k = 0; k < gamma.rows; k++) linearPredictor(W, q, n, row(gamma, k), row(weights, k));
      columnMaxima(weights, shift);
      exponentiateColumns(weights, shift);
    },

    isolate(k) {
      // Summed anew rather than subtracted: S − e_k cancels where component k dominates.
      others.fill(SMALLEST_SUM);
      for (let j = 0; j < weights.rows; j++) {
        if (j === k) continue;
        const of = row(weights, j);
        for (let i = 0; i < n; i++) others[i] = others[i]! + of[i]!;
      }
    },

    weights: (k) => row(weights, k),

    replace(k, gammaRow) {
      const of = row(weights, k);
      linearPredictor(W, q, n, gammaRow, of);
      for (let i = 0; i < n; i++) of[i] = fastExp(of[i]! - shift[i]!);
    },
  };
}
