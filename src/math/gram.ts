import {
  ALL_ROWS,
  ALL_ROWS_WITH_Y,
  PREDICTORS,
  PRODUCTS,
  RESIDUALS,
  SOME_ROWS,
  SOME_ROWS_WITH_Y,
  SQUARES,
  TRIANGLES,
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

/** Where a d × d block stands in a larger row-major matrix: its first entry, and the columns of that matrix. */
export interface BlockPlace {
  readonly first: number;
  readonly stride: number;
}

/**
 * Adds Σ_i w_i x_i x_i' to the lower triangle of a block of `out`. X: n × d, n the length of weights. The sums go on from
 * what stands there, row after row: neighbouring runs of rows, one after another, give the bits of one run.
 */
export function addGramTriangle(
  X: Vector,
  d: number,
  weights: Vector,
  out: Vector,
  { first, stride }: BlockPlace,
): void {
  const body = TRIANGLES[d - 1];
  if (body === undefined) addGramReference(X, d, weights, out, { first, stride }, true);
  else body(X, weights, out, first, stride);
}

/** The same for the whole block. */
export function addGramSquare(
  X: Vector,
  d: number,
  weights: Vector,
  out: Vector,
  { first, stride }: BlockPlace,
): void {
  const body = SQUARES[d - 1];
  if (body === undefined) addGramReference(X, d, weights, out, { first, stride }, false);
  else body(X, weights, out, first, stride);
}

/** The same, plainly. */
export function addGramReference(
  X: Vector,
  d: number,
  weights: Vector,
  out: Vector,
  { first, stride }: BlockPlace,
  triangle: boolean,
): void {
  for (let i = 0; i < weights.length; i++) {
    for (let a = 0; a < d; a++) {
      const wx = weights[i]! * X[i * d + a]!;
      const at = first + a * stride;
      for (let b = 0; b < (triangle ? a + 1 : d); b++) out[at + b]! += wx * X[i * d + b]!;
    }
  }
}

/** out += Σ_i w_i x_i, row after row. X: n × d, n the length of weights. */
export function addProducts(X: Vector, d: number, weights: Vector, out: Vector): void {
  const body = PRODUCTS[d - 1];
  if (body === undefined) addProductsReference(X, d, weights, out);
  else body(X, weights, out);
}

/** The same, plainly. */
export function addProductsReference(X: Vector, d: number, weights: Vector, out: Vector): void {
  for (let i = 0; i < weights.length; i++) {
    for (let j = 0; j < d; j++) out[j]! += weights[i]! * X[i * d + j]!;
  }
}

/** Σ_m w_m (y − x'beta)² over the rows rows[m] of X (n × d) and y. */
export function residualSquares(
  X: Vector,
  d: number,
  rows: Int32Array,
  weights: Vector,
  y: Vector,
  beta: Vector,
): number {
  const body = RESIDUALS[d - 1];
  if (body === undefined) return residualSquaresReference(X, d, rows, weights, y, beta);
  return body(X, rows, weights, y, beta);
}

/** The same, plainly. */
export function residualSquaresReference(
  X: Vector,
  d: number,
  rows: Int32Array,
  weights: Vector,
  y: Vector,
  beta: Vector,
): number {
  let total = 0;
  for (let m = 0; m < rows.length; m++) {
    const i = rows[m]!;
    let residual = y[i]!;
    for (let j = 0, at = i * d; j < d; j++) residual -= X[at + j]! * beta[j]!;
    total += weights[m]! * residual * residual;
  }
  return total;
}
