import { firstRows } from "../../src/core/mixture.ts";
import { columnMaxima, shiftAndExponentiate } from "../../src/math/columns.ts";
import { fastExp } from "../../src/math/exp.ts";
import { linearPredictor } from "../../src/math/gram.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";

/** Largest exponent of a weight: products of a few weights and their reciprocals stay in the range of doubles. */
export const LARGEST_EXPONENT = 300;

/** The weights of K components, kept. */
export interface Memory {
  readonly gamma: Matrix;
  readonly log: Matrix;
  readonly weight: Matrix;
  /** Of each component, as views. */
  readonly rows: readonly {
    readonly gamma: Vector;
    readonly log: Vector;
    readonly weight: Vector;
  }[];
  /** Of each component: at which ends its logs leave the range of exponents, 0 if nowhere. */
  readonly outside: Int32Array;
}

export const ABOVE = 1;
const BELOW = 2;

/** A function that gives memory for K components: all share one, which grows when there are more than ever. */
export function growingMemory(n: number, q: number): (K: number) => Memory {
  const make = (K: number) => ({ gamma: matrix(K, q), log: matrix(K, n), weight: matrix(K, n) });
  let most = make(0);
  return (K) => {
    if (most.gamma.rows < K) most = make(K);
    const gamma = firstRows(most.gamma, K);
    const log = firstRows(most.log, K);
    const weight = firstRows(most.weight, K);
    const rows = Array.from({ length: K }, (_, k) => ({
      gamma: row(gamma, k),
      log: row(log, k),
      weight: row(weight, k),
    }));
    return { gamma, log, weight, rows, outside: new Int32Array(K) };
  };
}

/**
 * Linear predictors of memory.gamma and their exponentials; true if all exponentials and the sums of all rows are in
 * range. One component in range everywhere keeps the sums from underflow.
 */
export function fillFromGamma({ rows, outside }: Memory, W: Vector, n: number, q: number): boolean {
  rows.forEach(({ gamma, log, weight }, k) => {
    if (gamma.every((value) => value === 0)) {
      log.fill(0);
      weight.fill(1);
      outside[k] = 0;
    } else {
      linearPredictor(W, q, n, gamma, log);
      outside[k] = exponentiate(log, weight);
    }
  });
  return outside.includes(0) && !outside.some((ends) => (ends & ABOVE) !== 0);
}

/** Where they are not: takes the largest linear predictor of a row off that row, and writes it to shift. */
export function shiftToMaxima({ log, weight, outside }: Memory, shift: Vector): void {
  columnMaxima(log, shift);
  shiftAndExponentiate(log, shift, weight);
  outside.fill(BELOW);
}

/** weight[i] = exp(log[i]); returns the ends at which logs are outside the range of exponents, or BELOW for a NaN. */
export function exponentiate(log: Vector, weight: Vector): number {
  let ends = 0;
  for (let i = 0; i < log.length; i++) {
    const x = log[i]!;
    if (!(Math.abs(x) <= 300)) ends |= x > 0 ? 1 : 2;
    weight[i] = fastExp(x);
  }
  return ends;
}

/** The same ends alone. */
export function endsOf(log: Vector): number {
  let ends = 0;
  for (let i = 0; i < log.length; i++) {
    const x = log[i]!;
    if (!(Math.abs(x) <= 300)) ends |= x > 0 ? 1 : 2;
  }
  return ends;
}
