import type { RowFamily, VaryingProblem } from "../core/varying.ts";
import { fastExp } from "../math/exp.ts";
import type { Matrix, Vector } from "../math/matrix.ts";
import { invertCdf, invertCountCdf } from "../run/predict-quantile.ts";

/** The mixture that each row's response comes from; all matrices are rows × components. */
export interface RowMixtures {
  readonly family: RowFamily;
  readonly isCount: boolean;
  readonly weight: Matrix;
  /** Linear predictors, offsets included, and log dispersions. */
  readonly eta: Matrix;
  readonly dispersion: Matrix;
  /** Of each row's mixture. */
  readonly mean: Vector;
  readonly sd: Vector;
}

/** out[i] = P(Y ≤ y[i]) for a response Y of row i. */
export function mixtureCdf(
  { family, weight, eta, dispersion }: RowMixtures,
  y: Vector,
  out: Vector,
): void {
  const { rows, columns: K } = weight;
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let at = i * K; at < (i + 1) * K; at++) {
      sum += weight.data[at]! * family.cdf(i, y[i]!, eta.data[at]!, dispersion.data[at]!);
    }
    out[i] = sum;
  }
}

/** Of each row's mixture at one value of y; of counts the probability. `problem` is that of the rows. */
export function mixtureDensity(
  { weight, eta, dispersion, isCount }: RowMixtures,
  problem: VaryingProblem,
  y: number,
): Vector {
  const { rows, columns: K } = weight;
  const out = new Float64Array(rows);
  if (isCount && !(y >= 0 && Number.isInteger(y))) return out;
  const { family } = problem.respond(new Float64Array(rows).fill(y));
  for (let i = 0; i < rows; i++) {
    for (let at = i * K; at < (i + 1) * K; at++) {
      const density = fastExp(family.logDensity(i, eta.data[at]!, dispersion.data[at]!));
      out[i] = out[i]! + weight.data[at]! * density;
    }
  }
  return out;
}

/** The p-quantile of each row's mixture; of counts the smallest whose cdf reaches p. */
export function mixtureQuantile(mixtures: RowMixtures, p: number): Vector {
  const out = new Float64Array(mixtures.mean.length);
  const invert = mixtures.isCount ? invertCountCdf : invertCdf;
  // Without densities Newton's steps lead nowhere, and the bracket is halved.
  const evaluate = (y: Vector, cdf: Vector): void => mixtureCdf(mixtures, y, cdf);
  invert(evaluate, p, mixtures, out);
  return out;
}
