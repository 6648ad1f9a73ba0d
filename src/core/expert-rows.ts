import type { Matrix, Vector } from "../math/matrix.ts";

/**
 * Derivatives of log f at a run of rows by the linear predictor η and, where there is one, by the other coordinate u.
 */
export interface RowSlopes {
  readonly eta: Vector;
  readonly u: Vector;
  readonly etaEta: Vector;
  readonly etaU: Vector;
  readonly uu: Vector;
}

/**
 * An expert whose density at a row depends on theta by x'coef + offset, the coefficients standing first, and by at most
 * one number more, here in its unconstrained coordinate u. Rows are runs of neighbours that begin at `from`; a run is as
 * long as `eta`.
 */
export interface ExpertRows {
  readonly X: Matrix;
  readonly offset?: Vector;
  /** How many numbers stand after the coefficients. */
  readonly others: 0 | 1;
  /** Writes log f; −Infinity where u is out of the range of doubles. */
  logDensity(from: number, eta: Vector, u: number, out: Vector): void;
  /** Writes first derivatives, and second ones where asked. */
  slopes(from: number, eta: Vector, u: number, out: RowSlopes, second: boolean): void;
  /** Where log f is constant(u) − scale(u) (y − η)², to the bit; passes over rows may go faster by it. */
  readonly normal?: {
    readonly y: Vector;
    constant(u: number): number;
    scale(u: number): number;
  };
}
