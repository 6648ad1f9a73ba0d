import type { Vector } from "../src/math/matrix.ts";

/** Residuals over a covariate. */
export interface Residuals {
  readonly x: string;
  readonly at: Vector;
  /** y[i] minus its posterior predictive mean; over its predictive sd if `inSds` says so. */
  readonly values: Vector;
  readonly inSds?: true;
}

/**
 * x: name of the covariate; at: its values; mean: posterior predictive mean of each row. sd: predictive sds, for
 * responses that spread more where their mean is larger: so divided, residuals are alike along x.
 */
export function residuals(x: string, at: Vector, y: Vector, mean: Vector, sd?: Vector): Residuals {
  const values = y.map((value, i) => (value - mean[i]!) / (sd === undefined ? 1 : sd[i]!));
  return sd === undefined ? { x, at, values } : { x, at, values, inSds: true };
}
