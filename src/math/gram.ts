import {
  ALL_ROWS,
  ALL_ROWS_WITH_Y,
  PREDICTORS,
  SOME_ROWS,
  SOME_ROWS_WITH_Y,
} from "./gram-bodies.ts";
import type { Vector } from "./matrix.ts";

/**
 * Adds Σ_m w_m x x' to `gram` (d × d, both triangles) and Σ_m w_m x y to `xty` (d), and returns
 * Σ_m w_m y²; without y only the first, and 0. The sum runs over m < rows.length and takes x and y
 * from row rows[m] of X (n × d, row-major); or over m < weights.length and row m, if `rows` is
 * undefined. Start the outputs at zero, or at a prior's precision and shift.
 */
export function weightedGram(
  X: Vector,
  d: number,
  rows: Int32Array | undefined,
  weights: Vector,
  y: Vector | undefined,
  gram: Vector,
  xty: Vector,
): number {
  if (d > ALL_ROWS.length) return weightedGramReference(X, d, rows, weights, y, gram, xty);
  if (rows === undefined) {
    if (y === undefined) return ALL_ROWS[d - 1]!(X, weights, gram);
    return ALL_ROWS_WITH_Y[d - 1]!(X, weights, y, gram, xty);
  }
  if (y === undefined) return SOME_ROWS[d - 1]!(X, rows, weights, gram);
  return SOME_ROWS_WITH_Y[d - 1]!(X, rows, weights, y, gram, xty);
}

/** The same, plainly: for many columns, and what the generated bodies are tested against. */
export function weightedGramReference(
  X: Vector,
  d: number,
  rows: Int32Array | undefined,
  weights: Vector,
  y: Vector | undefined,
  gram: Vector,
  xty: Vector,
): number {
  const count = rows === undefined ? weights.length : rows.length;
  let yy = 0;
  for (let m = 0; m < count; m++) {
    const row = rows === undefined ? m : rows[m]!;
    const at = row * d;
    for (let j = 0; j < d; j++) {
      const wx = weights[m]! * X[at + j]!;
      for (let k = 0; k < d; k++) gram[j * d + k]! += wx * X[at + k]!;
      if (y !== undefined) xty[j]! += wx * y[row]!;
    }
    if (y !== undefined) yy += weights[m]! * y[row]! * y[row]!;
  }
  return yy;
}

/** out[i] = x_i' beta for the n rows of X (n × d, row-major). */
export function linearPredictor(X: Vector, d: number, n: number, beta: Vector, out: Vector): void {
  const body = PREDICTORS[d - 1];
  if (body === undefined) linearPredictorReference(X, d, n, beta, out);
  else body(X, n, beta, out);
}

/** The same, plainly. */
export function linearPredictorReference(
  X: Vector,
  d: number,
  n: number,
  beta: Vector,
  out: Vector,
): void {
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += X[i * d + j]! * beta[j]!;
    out[i] = sum;
  }
}
