import { cholesky, solveCholesky, solveLowerTransposed } from "../../../src/math/cholesky.ts";
import { fastLog } from "../../../src/math/exp.ts";
import { logSumExp } from "../../../src/math/log-sum-exp.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import { newton } from "../../../src/math/newton.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng } from "../../../src/math/rng.ts";

/** A log density of d scales up to a constant, with its derivatives. */
export interface ScaleProblem {
  readonly dimension: number;
  value(scales: Vector): number;
  /** The value; writes the gradient, and minus the Hessian (d × d, lower triangle). */
  derivatives(scales: Vector, gradient: Vector, curvature: Vector): number;
}

const NEAR = 1e-6;
/** Of one scale: the trapezoidal rule in steps of one sd, whose error for a normal density is below 1e-8. */
const REACH = 9;
/** Of several: pairs of draws from a normal around the mode, wider than the curvature there by this factor. */
const PAIRS = 32;
const WIDER = 1.15;
const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);
const STREAM = 0x5ca1e;

/** The normalised log density at 0 of scales whose log density is smooth and has one mode; exact for normal ones. */
export function densityAtZero(dimension: number): (problem: ScaleProblem) => number {
  const mode = new Float64Array(dimension);
  const zero = new Float64Array(dimension);
  const point = new Float64Array(dimension);
  const gradient = new Float64Array(dimension);
  const factor = new Float64Array(dimension * dimension);
  const directions = dimension === 1 ? steps() : normalPairs(dimension);
  const logs = new Float64Array(directions.length);

  return (problem) => {
    const climb = newton({
      dimension,
      evaluate: (at) => problem.derivatives(at, gradient, factor),
      newtonStep(_at, step) {
        if (!cholesky(factor, dimension)) return Number.NaN;
        step.set(gradient);
        solveCholesky(factor, dimension, step);
        return gradient.reduce((sum, g, j) => sum + g * step[j]!, 0);
      },
    });
    mode.fill(0);
    climb(mode, NEAR);
    problem.derivatives(mode, gradient, factor);
    cholesky(factor, dimension);
    let logDeterminant = 0;
    for (let j = 0; j < dimension; j++) logDeterminant += fastLog(factor[j * (dimension + 1)]!);
    directions.forEach(({ at, logWeight }, c) => {
      point.set(at);
      solveLowerTransposed(factor, dimension, point);
      for (let j = 0; j < dimension; j++) point[j] = point[j]! + mode[j]!;
      logs[c] = problem.value(point) + logWeight;
    });
    const logIntegral = logSumExp(logs) - logDeterminant;
    return problem.value(zero) - logIntegral;
  };
}

interface Direction {
  readonly at: Vector;
  /** Log of what its value counts in an integral over standardised scales. */
  readonly logWeight: number;
}

function steps(): Direction[] {
  return Array.from({ length: 2 * REACH + 1 }, (_, c) => ({
    at: Float64Array.of(c - REACH),
    logWeight: 0,
  }));
}

function normalPairs(dimension: number): Direction[] {
  const rng = createRng(STREAM, dimension);
  return Array.from({ length: PAIRS }, () => {
    const at = new Float64Array(dimension);
    for (let j = 0; j < dimension; j++) at[j] = WIDER * normal(rng);
    return at;
  }).flatMap((at) => {
    const squares = at.reduce((sum, x) => sum + x * x, 0);
    const logDensity = -0.5 * (squares / WIDER ** 2) - dimension * (HALF_LOG_2PI + fastLog(WIDER));
    const logWeight = -logDensity - fastLog(2 * PAIRS);
    return [
      { at, logWeight },
      { at: at.map((x) => -x), logWeight },
    ];
  });
}
