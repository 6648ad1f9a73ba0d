import { cholesky, solveCholesky, solveLowerTransposed } from "../../../src/math/cholesky.ts";
import { fastExp, fastLog } from "../../../src/math/exp.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import { newton } from "../../../src/math/newton.ts";

/** A log density of d scales up to a constant, with its derivatives. */
export interface ScaleProblem {
  readonly dimension: number;
  value(scales: Vector): number;
  /** The value; writes the gradient, and minus the Hessian (d × d, lower triangle). */
  derivatives(scales: Vector, gradient: Vector, curvature: Vector): number;
}

/** What the last step to the mode may promise, which it takes; what is then left is of its square. */
const NEAR = 1e-3;
/** Of one scale: the trapezoidal rule in steps of one sd, whose error for a normal density is below 1e-8. */
const REACH = 9;
const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);

/**
 * The normalised log density at 0 of scales whose log density is smooth and has one mode; of several scales by the normal
 * density at the mode times a rule that is exact for polynomials of degree 5.
 */
export function densityAtZero(dimension: number): (problem: ScaleProblem) => number {
  const mode = new Float64Array(dimension);
  const zero = new Float64Array(dimension);
  const point = new Float64Array(dimension);
  const gradient = new Float64Array(dimension);
  const factor = new Float64Array(dimension * dimension);
  const rule = dimension === 1 ? steps() : fifthDegree(dimension);

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
    const top = problem.derivatives(mode, gradient, factor);
    cholesky(factor, dimension);
    let logIntegral = top + dimension * HALF_LOG_2PI;
    for (let j = 0; j < dimension; j++) logIntegral -= fastLog(factor[j * (dimension + 1)]!);
    const ratio = rule.reduce((sum, { at, weight, logDensity }) => {
      point.set(at);
      solveLowerTransposed(factor, dimension, point);
      for (let j = 0; j < dimension; j++) point[j] = point[j]! + mode[j]!;
      return sum + weight * fastExp(problem.value(point) - top - logDensity);
    }, 0);
    if (ratio > 0) logIntegral += fastLog(ratio);
    return problem.value(zero) - logIntegral;
  };
}

/** The same of one scale whose density is normal. */
export function normalDensityAtZero({ derivatives }: ScaleProblem): number {
  const gradient = new Float64Array(1);
  const precision = new Float64Array(1);
  derivatives(new Float64Array(1), gradient, precision);
  const square = gradient[0]! ** 2 / precision[0]!;
  return 0.5 * (fastLog(precision[0]!) - square) - HALF_LOG_2PI;
}

/** A point of a rule for integrals by a standard normal density, and its log density up to that at 0. */
interface RulePoint {
  readonly at: Vector;
  readonly weight: number;
  readonly logDensity: number;
}

function steps(): RulePoint[] {
  return Array.from({ length: 2 * REACH + 1 }, (_, c) => {
    const logDensity = -0.5 * (c - REACH) ** 2;
    const weight = fastExp(logDensity - HALF_LOG_2PI);
    return { at: Float64Array.of(c - REACH), weight, logDensity };
  });
}

/** 2 d² + 1 points: 0, on the axes and between any two of them. Source: [mcnamee1967]. */
function fifthDegree(d: number): RulePoint[] {
  const far = Math.sqrt(d + 2);
  const near = far / Math.SQRT2;
  const place = (...coordinates: readonly (readonly [number, number])[]): Vector => {
    const at = new Float64Array(d);
    for (const [j, value] of coordinates) at[j] = value;
    return at;
  };
  const logDensity = -0.5 * (d + 2);
  const out: RulePoint[] = [{ at: place(), weight: 2 / (d + 2), logDensity: 0 }];
  for (let j = 0; j < d; j++) {
    for (const sign of [-1, 1]) {
      const weight = (4 - d) / (2 * (d + 2) ** 2);
      out.push({ at: place([j, sign * far]), weight, logDensity });
      for (let k = 0; k < j; k++) {
        for (const other of [-1, 1]) {
          const at = place([j, sign * near], [k, other * near]);
          out.push({ at, weight: 1 / (d + 2) ** 2, logDensity });
        }
      }
    }
  }
  return out;
}
