import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import { fastExp } from "../../src/math/exp.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";
import { normal } from "../../src/math/random/normal.ts";
import { createRng, type Rng } from "../../src/math/rng.ts";

/** The smallest residual that a search found, and where. */
export interface OrderSearch {
  /** Norm of the equations' values, with Σ w = 1 and Σ w a² = 1. */
  readonly residual: number;
  readonly weights: readonly number[];
  readonly a: readonly number[];
  readonly b: readonly number[];
}

/** log w lies within ± this of a common level: where a weight may vanish, residuals come as near to 0 as one likes. */
export const LOG_WEIGHT_BOUND = 3;

const MOST_STEPS = 400;
const FIRST_DAMPING = 1e-2;
const LEAST_STEP = 1e-15;

/** A point: m free log weights, then m values of a, then m of b; with what belongs to it. */
interface Point {
  readonly free: Vector;
  readonly weights: Vector;
  /** Length r: the equations' values. */
  readonly values: Vector;
  readonly sum: number;
}

/**
 * Tries to solve equations 1 to r of a cell of m atoms by damped least squares from random starts:
 * Σ_i w_i c_l(a_i, b_i) = 0, where c_l is the coefficient of t^l in exp(a t + b t²). Positive weights,
 * scaled so that Σ w = Σ w a² = 1. A search, and no proof: a positive residual says only that no
 * solution was found.
 */
export function searchOrder(m: number, r: number, starts: number, seed: number): OrderSearch {
  let best: Point | undefined;
  for (let start = 0; start < starts; start++) {
    const found = descend(m, r, randomStart(createRng(seed, m, r, start), m));
    if (best === undefined || found.sum < best.sum) best = found;
  }
  const { free, weights, sum } = best!;
  const spread = Math.sqrt(weights.reduce((total, w, i) => total + w * free[m + i]! ** 2, 0));
  return {
    residual: Math.sqrt(sum),
    weights: [...weights],
    a: Array.from(free.subarray(m, 2 * m), (value) => value / spread),
    b: Array.from(free.subarray(2 * m), (value) => value / spread ** 2),
  };
}

function randomStart(rng: Rng, m: number): Vector {
  const scales = [0.5, 1, 0.5];
  return Float64Array.from({ length: 3 * m }, (_, c) => scales[Math.floor(c / m)]! * normal(rng));
}

/** c[0 … r] of exp(a t + b t²): l c_l = a c_(l−1) + 2 b c_(l−2). */
function coefficients(a: number, b: number, c: Vector): void {
  c[0] = 1;
  for (let l = 1; l < c.length; l++) {
    c[l] = (a * c[l - 1]! + (l > 1 ? 2 * b * c[l - 2]! : 0)) / l;
  }
}

function weightsOf(m: number, free: Vector): Vector {
  const raw = Float64Array.from({ length: m }, (_, i) =>
    fastExp(LOG_WEIGHT_BOUND * Math.tanh(free[i]!)),
  );
  const total = raw.reduce((sum, value) => sum + value, 0);
  return raw.map((value) => value / total);
}

/** The equations at a point; `jacobian`, r × 3m, if given, is filled with their derivatives. */
function evaluate(m: number, r: number, free: Vector, jacobian?: Matrix): Point {
  const weights = weightsOf(m, free);
  const c = new Float64Array(r + 1);
  const raw = new Float64Array(r);
  const spread = weights.reduce((total, w, i) => total + w * free[m + i]! ** 2, 0);
  const scale = 1 / Math.sqrt(spread);
  for (let i = 0; i < m; i++) {
    coefficients(free[m + i]!, free[2 * m + i]!, c);
    for (let l = 1; l <= r; l++) raw[l - 1]! += weights[i]! * c[l]!;
  }
  if (jacobian) derivatives(m, free, weights, raw, spread, jacobian);
  const values = raw.map((value, l) => value * scale ** (l + 1));
  return { free, weights, values, sum: values.reduce((total, value) => total + value * value, 0) };
}

/** Of raw_l · spread^(−l/2), by the product rule. */
function derivatives(
  m: number,
  free: Vector,
  weights: Vector,
  raw: Vector,
  spread: number,
  out: Matrix,
): void {
  const r = out.rows;
  const c = new Float64Array(r + 1);
  for (let i = 0; i < m; i++) {
    const [w, a] = [weights[i]!, free[m + i]!];
    const tilt = LOG_WEIGHT_BOUND * (1 - Math.tanh(free[i]!) ** 2) * w;
    coefficients(a, free[2 * m + i]!, c);
    for (let l = 1; l <= r; l++) {
      const at = row(out, l - 1);
      const factor = spread ** (-l / 2);
      const shrink = (-l / 2 / spread) * raw[l - 1]!;
      at[i] = factor * tilt * (c[l]! - raw[l - 1]! + shrink * (a * a - spread));
      at[m + i] = factor * (w * c[l - 1]! + shrink * 2 * w * a);
      at[2 * m + i] = factor * w * (l > 1 ? c[l - 2]! : 0);
    }
  }
}

/** Levenberg–Marquardt. Source: [nocedal2006] §10.3. */
function descend(m: number, r: number, start: Vector): Point {
  const d = 3 * m;
  const jacobian = matrix(r, d);
  const normalMatrix = new Float64Array(d * d);
  const step = new Float64Array(d);
  let point = evaluate(m, r, start, jacobian);
  let damping = FIRST_DAMPING;
  for (let count = 0; count < MOST_STEPS; count++) {
    normalEquations(jacobian, point.values, damping, normalMatrix, step);
    if (!cholesky(normalMatrix, d)) return point;
    solveCholesky(normalMatrix, d, step);
    const next = evaluate(
      m,
      r,
      point.free.map((value, c) => value + step[c]!),
    );
    if (next.sum < point.sum) {
      const gain = point.sum - next.sum;
      point = evaluate(m, r, next.free, jacobian);
      damping /= 5;
      if (gain < LEAST_STEP * point.sum) return point;
    } else {
      damping *= 3;
      if (damping > 1e12) return point;
    }
  }
  return point;
}

function normalEquations(
  { rows, columns: d, data }: Matrix,
  values: Vector,
  damping: number,
  a: Vector,
  b: Vector,
): void {
  a.fill(0);
  b.fill(0);
  for (let l = 0; l < rows; l++) {
    for (let i = 0; i < d; i++) {
      const x = data[l * d + i]!;
      b[i]! -= x * values[l]!;
      for (let j = 0; j <= i; j++) a[i * d + j]! += x * data[l * d + j]!;
    }
  }
  for (let i = 0; i < d; i++) a[i * d + i]! += damping * (a[i * d + i]! + 1e-8);
}
