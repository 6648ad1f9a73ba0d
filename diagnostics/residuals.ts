import type { Vector } from "../src/math/matrix.ts";

/** Residuals over a covariate. */
export interface Residuals {
  readonly x: string;
  readonly at: Vector;
  /** y[i] minus its posterior predictive mean. */
  readonly values: Vector;
}

/** x: name of the covariate; at: its values; mean: posterior predictive mean of each row. */
export function residuals(x: string, at: Vector, y: Vector, mean: Vector): Residuals {
  return { x, at, values: y.map((value, i) => value - mean[i]!) };
}
