import type { Observations } from "../../src/core/data.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { type LinearPriors, type LinearRows, linearRows } from "./linear-rows.ts";
import type { SmoothLikelihood } from "./smooth-posterior.ts";
import { tanh } from "./tanh-function.ts";
import { tanhStart } from "./tanh-start.ts";

const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);
/** Log amplitudes and log sds stay within this of 0: their exponentials and squares are then doubles. */
const FURTHEST = 300;
interface Loaded {
  readonly observations: Observations;
  readonly x: LinearRows;
  /** Of the members: linear predictors, or parts of them. */
  readonly eta: Vector;
}

/** The likelihood of y = amplitude · tanh(x'coef) + sd · e as a function of (coef, log amplitude, log sd). */
export function tanhLikelihood(observations: Observations, priors: LinearPriors): SmoothLikelihood {
  const p = observations.design.X.columns;
  const x = linearRows(observations, priors);
  const loaded = { observations, x, eta: new Float64Array(observations.n) };
  const differentiate = derivativesOf(loaded);
  const last = { logAmplitude: 0, logSd: 0 };

  return {
    load: x.load,
    guess: tanhStart(observations, x),

    evaluate(point) {
      x.predict(point, loaded.eta);
      last.logAmplitude = bounded(point[p]!);
      last.logSd = bounded(point[p + 1]!);
      return heightOf(x, squares(loaded, fastExp(last.logAmplitude)), last.logSd);
    },

    derivatives: (gradient, curvature) => differentiate(last, gradient, curvature),

    along(point, j) {
      const amplitude = fastExp(bounded(point[p]!));
      if (j < p) return alongCoefficient(loaded, point, j, amplitude);
      x.predict(point, loaded.eta);
      if (j === p) {
        const logSd = bounded(point[p + 1]!);
        return (value) => heightOf(x, squares(loaded, fastExp(bounded(value))), logSd);
      }
      const total = squares(loaded, amplitude);
      return (value) => heightOf(x, total, bounded(value));
    },
  };
}

const bounded = (x: number): number => Math.min(Math.max(x, -FURTHEST), FURTHEST);

/** Σ weight · (−log sd − ½ log 2π) − residual squares / (2 sd²). */
function heightOf({ weight }: LinearRows, residualSquares: number, logSd: number): number {
  let total = 0;
  for (let m = 0; m < weight.length; m++) total += weight[m]!;
  const fit = residualSquares === 0 ? 0 : 0.5 * residualSquares * fastExp(-2 * logSd);
  return -total * (logSd + HALF_LOG_2PI) - fit;
}

/** Σ weight · residual². */
function squares({ observations: { y }, x, eta }: Loaded, amplitude: number): number {
  let total = 0;
  for (let m = 0; m < x.rows.length; m++) {
    const residual = y[x.rows[m]!]! - amplitude * tanh(eta[m]!);
    total += x.weight[m]! * residual * residual;
  }
  return total;
}

function alongCoefficient(
  { observations: { y, design }, x, eta }: Loaded,
  point: Vector,
  j: number,
  amplitude: number,
): (value: number) => number {
  const { data, columns } = design.X;
  const logSd = bounded(point[columns + 1]!);
  x.predictWithout(point, j, eta);
  return (value) => {
    let total = 0;
    for (let m = 0; m < x.rows.length; m++) {
      const i = x.rows[m]!;
      const residual = y[i]! - amplitude * tanh(eta[m]! + data[i * columns + j]! * value);
      total += x.weight[m]! * residual * residual;
    }
    return heightOf(x, total, logSd);
  };
}

/** Writes the gradient and the negative Hessian at the linear predictors in `eta`. */
function derivativesOf({ observations: { n, y, design }, x, eta }: Loaded) {
  const p = design.X.columns;
  const d = p + 2;
  const slope = new Float64Array(n);
  const bend = new Float64Array(n);
  const byAmplitude = new Float64Array(n);
  const bySd = new Float64Array(n);
  return (
    at: { readonly logAmplitude: number; readonly logSd: number },
    gradient: Vector,
    curvature: Vector,
  ): void => {
    const amplitude = fastExp(at.logAmplitude);
    const precision = fastExp(-2 * at.logSd);
    gradient.fill(0);
    curvature.fill(0);
    const corner = [0, 0, 0];
    for (let m = 0; m < x.rows.length; m++) {
      const t = tanh(eta[m]!);
      const c = amplitude * t;
      const turn = amplitude * (1 - t * t);
      const residual = y[x.rows[m]!]! - c;
      const weight = x.weight[m]! * precision;
      slope[m] = weight * residual * turn;
      bend[m] = weight * turn * (turn + 2 * residual * t);
      byAmplitude[m] = weight * turn * (c - residual);
      bySd[m] = 2 * slope[m]!;
      gradient[p] = gradient[p]! + weight * residual * c;
      gradient[p + 1] = gradient[p + 1]! + weight * residual * residual - x.weight[m]!;
      corner[0]! += weight * c * (c - residual);
      corner[1]! += 2 * weight * residual * c;
      corner[2]! += 2 * weight * residual * residual;
    }
    x.addScore(slope, gradient);
    x.writeCurvature(bend, d, curvature);
    x.addScore(byAmplitude, curvature.subarray(p * d));
    x.addScore(bySd, curvature.subarray((p + 1) * d));
    curvature[p * d + p] = corner[0]!;
    curvature[(p + 1) * d + p] = corner[1]!;
    curvature[(p + 1) * d + p + 1] = corner[2]!;
  };
}
