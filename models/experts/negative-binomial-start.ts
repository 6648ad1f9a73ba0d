import type { Observations } from "../../src/core/data.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import type { LinearRows } from "./linear-rows.ts";
import type { SmoothLikelihood } from "./smooth-posterior.ts";

/** Added to a count before its logarithm is taken. */
const HALF = 0.5;
/** The guess of log φ stays within this of 0. */
const FAR = 3;
/** Means beyond e^30 are taken for it. */
const LARGEST_EXPONENT = 30;

/**
 * Where a search may start: coefficients by weighted least squares of log y, whose errors have variances of about
 * 1 + 1 / y where φ = 1; log φ by the excess of their squared residuals over the means, whose mean is Σ mean² / φ.
 */
export function negativeBinomialStart(
  { n, y, design: { X, offset } }: Observations,
  x: LinearRows,
): SmoothLikelihood["guess"] {
  const response = new Float64Array(n);
  const values = new Float64Array(n);
  return (point, priorWeight) => {
    const { rows, weight } = x;
    for (let m = 0; m < rows.length; m++) {
      const i = rows[m]!;
      const count = y[i]! + HALF;
      values[m] = (weight[m]! * count) / (1 + count);
      response[i] = fastLog(count) - (offset === undefined ? 0 : offset[i]!);
    }
    if (!x.leastSquares(values, response, priorWeight, point)) return false;
    x.predict(point, values);
    let squares = 0;
    let excess = 0;
    for (let m = 0; m < rows.length; m++) {
      const mean = fastExp(Math.min(values[m]!, LARGEST_EXPONENT));
      squares += weight[m]! * mean * mean;
      excess += weight[m]! * ((y[rows[m]!]! - mean) ** 2 - mean);
    }
    point[X.columns] = excess > 0 ? within(fastLog(squares / excess)) : squares > 0 ? FAR : 0;
    return true;
  };
}

const within = (x: number): number => Math.min(Math.max(x, -FAR), FAR);
