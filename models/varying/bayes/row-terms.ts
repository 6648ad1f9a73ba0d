import type { Vector } from "../../../src/math/matrix.ts";

/** A log-likelihood as a sum over rows of functions of their linear predictors. */
export interface RowTerms {
  /** Which rows, all if undefined, and how many. */
  readonly rows: Int32Array | undefined;
  readonly count: number;
  value(eta: Vector): number;
  /** The value; writes each row's slope, and its curvature with the sign turned, never negative. */
  derivatives(eta: Vector, slope: Vector, bend: Vector): number;
}
