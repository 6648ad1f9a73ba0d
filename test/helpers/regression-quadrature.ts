import type { Regression } from "./enumeration.ts";

/** A parameter point of a regression on an intercept and one covariate. */
export interface Point {
  readonly coef: readonly [number, number];
  readonly sd: number;
}

const HALF_NODES = 24;
const REACH = 9;
const LOG_SD_NODES = 140;
const LOG_SD_RANGE = [-3.5, 4] as const;

/**
 * Posterior expectations in a regression with two coefficients under any prior density (of coefficients and sd), by
 * the trapezoidal rule on log sd and on coefficients in units of their least-squares errors: 3 dimensions, all exact.
 */
export function regressionExpectations(
  { X, y }: Regression,
  logPrior: (point: Point) => number,
  functionals: readonly ((point: Point) => number)[],
): number[] {
  const { centre, factor, residualSquares } = leastSquares(X, y);
  const sums = functionals.map(() => 0);
  let total = 0;
  const [from, to] = LOG_SD_RANGE;
  for (let node = 0; node <= LOG_SD_NODES; node++) {
    const sd = Math.exp(from + ((to - from) * node) / LOG_SD_NODES);
    const likelihood = -y.length * Math.log(sd) - (0.5 * residualSquares) / (sd * sd);
    for (const [u, v] of grid) {
      const coef = [
        centre[0] + sd * factor[0] * u,
        centre[1] + sd * (factor[1] * u + factor[2] * v),
      ] as const;
      const point = { coef, sd };
      // sd³: d coef = sd² du dv, d sd = sd d log sd.
      const log = likelihood - 0.5 * (u * u + v * v) + logPrior(point) + 3 * Math.log(sd);
      const weight = Math.exp(log);
      total += weight;
      functionals.forEach((functional, j) => {
        sums[j] = sums[j]! + weight * functional(point);
      });
    }
  }
  return sums.map((sum) => sum / total);
}

const axis = Array.from({ length: 2 * HALF_NODES + 1 }, (_, j) => REACH * (j / HALF_NODES - 1));
const grid = axis.flatMap((u) => axis.map((v) => [u, v] as const));

/** Estimate, lower Cholesky factor (l11, l21, l22) of (X'X)⁻¹, and residual sum of squares. */
function leastSquares(X: Regression["X"], y: Regression["y"]) {
  const sum = (value: (i: number) => number) => y.reduce((total, _, i) => total + value(i), 0);
  const a = sum((i) => X[i]![0]! ** 2);
  const b = sum((i) => X[i]![0]! * X[i]![1]!);
  const c = sum((i) => X[i]![1]! ** 2);
  const determinant = a * c - b * b;
  const right = [sum((i) => X[i]![0]! * y[i]!), sum((i) => X[i]![1]! * y[i]!)] as const;
  const centre = [
    (c * right[0] - b * right[1]) / determinant,
    (a * right[1] - b * right[0]) / determinant,
  ] as const;
  const l11 = Math.sqrt(c / determinant);
  const l21 = -b / determinant / l11;
  const factor = [l11, l21, Math.sqrt(a / determinant - l21 * l21)] as const;
  const residualSquares = sum((i) => (y[i]! - centre[0] * X[i]![0]! - centre[1] * X[i]![1]!) ** 2);
  return { centre, factor, residualSquares };
}
