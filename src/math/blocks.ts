import { fastExp } from "./exp.ts";
import type { Vector } from "./matrix.ts";

// For K vectors over one run of rows. One loop a function, as in `columns.ts`.

/**
 * out[i]: within rounding the largest of values[k][i], from sums and distances, as branches that depend on data cost
 * more than the rounding of a shift matters. NaN where an entry is infinite.
 */
export function approximateMaxima(values: readonly Vector[], out: Vector): void {
  out.set(values[0]!);
  for (let k = 1; k < values.length; k++) raise(values[k]!, out);
}

function raise(values: Vector, out: Vector): void {
  for (let i = 0; i < out.length; i++) {
    const a = values[i]!;
    const b = out[i]!;
    out[i] = 0.5 * (a + b + Math.abs(a - b));
  }
}

/** Replaces each entry x of row i by exp(x − shift[i]); sum[i]: what these add up to. */
export function exponentiateAndSum(values: readonly Vector[], shift: Vector, sum: Vector): void {
  sum.fill(0);
  for (let k = 0; k < values.length; k++) exponentiate(values[k]!, shift, sum);
}

function exponentiate(values: Vector, shift: Vector, sum: Vector): void {
  for (let i = 0; i < sum.length; i++) {
    const e = fastExp(values[i]! - shift[i]!);
    values[i] = e;
    sum[i] = sum[i]! + e;
  }
}

/** Subtracts shift[i] in row i; writes the exponentials of the results, and what these add up to. */
export function shiftExponentiateAndSum(
  values: readonly Vector[],
  shift: Vector,
  exponentials: readonly Vector[],
  sum: Vector,
): void {
  sum.fill(0);
  for (let k = 0; k < values.length; k++) {
    shiftAndExponentiate(values[k]!, shift, exponentials[k]!, sum);
  }
}

function shiftAndExponentiate(values: Vector, shift: Vector, out: Vector, sum: Vector): void {
  for (let i = 0; i < sum.length; i++) {
    const x = values[i]! - shift[i]!;
    const e = fastExp(x);
    values[i] = x;
    out[i] = e;
    sum[i] = sum[i]! + e;
  }
}

/** Multiplies row i of each vector by factor[i]. */
export function scaleRows(values: readonly Vector[], factor: Vector): void {
  for (let k = 0; k < values.length; k++) multiply(values[k]!, factor);
}

function multiply(values: Vector, factor: Vector): void {
  for (let i = 0; i < factor.length; i++) values[i] = values[i]! * factor[i]!;
}
