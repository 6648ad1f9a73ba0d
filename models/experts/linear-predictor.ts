import type { Observations } from "../../src/core/data.ts";
import { fastExp } from "../../src/math/exp.ts";
import { linearPredictor } from "../../src/math/gram.ts";
import type { Vector } from "../../src/math/matrix.ts";

/** A function that writes x[i]'coef + offset[i] of every row, coef the first entries of theta, into out. */
export function predictors({ n, design }: Observations) {
  const { X, offset } = design;
  return (theta: Vector, out: Vector): void => {
    linearPredictor(X.data, X.columns, n, theta, out);
    if (offset === undefined) return;
    for (let i = 0; i < n; i++) out[i] = out[i]! + offset[i]!;
  };
}

/** The means of counts with log link and their logarithms, row by row into out. */
export function logLinearMeans(observations: Observations) {
  const logMean = predictors(observations);
  return {
    logMean,
    mean(theta: Vector, out: Vector): void {
      logMean(theta, out);
      for (let i = 0; i < observations.n; i++) out[i] = fastExp(out[i]!);
    },
  };
}
