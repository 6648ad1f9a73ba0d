import { fastExp, fastLog } from "./exp.ts";
import type { Matrix, Vector } from "./matrix.ts";

// One loop a function: an engine that enters a function in its first loop optimises the later ones badly.

/** out[i] = the largest entry of column i of m (K × n); length n. */
export function columnMaxima({ rows: K, columns: n, data }: Matrix, out: Vector): void {
  out.set(data.subarray(0, n));
  for (let k = 1; k < K; k++) raise(data, k * n, out);
}

function raise(data: Vector, start: number, out: Vector): void {
  for (let i = 0, at = start; i < out.length; i++, at++) {
    if (data[at]! > out[i]!) out[i] = data[at]!;
  }
}

/** Replaces every entry x of column i by exp(x − shift[i]). */
export function exponentiateColumns({ rows: K, columns: n, data }: Matrix, shift: Vector): void {
  for (let k = 0; k < K; k++) exponentiate(data, k * n, shift, data);
}

/** out[start + i] = exp(data[start + i] − shift[i]). */
function exponentiate(data: Vector, start: number, shift: Vector, out: Vector): void {
  for (let i = 0, at = start; i < shift.length; i++, at++) out[at] = fastExp(data[at]! - shift[i]!);
}

/** A function out[i] = log Σ_k exp m[k, i] for matrices of n columns, owning its scratch. −Infinity for an empty column. */
export function columnLogSumExp(n: number): (m: Matrix, out: Vector) => void {
  const max = new Float64Array(n);
  return (m, out) => {
    columnMaxima(m, max);
    out.fill(0);
    for (let k = 0; k < m.rows; k++) addExponentials(m.data, k * n, max, out);
    addLogarithm(max, out);
  };
}

/** sum[i] += exp(data[start + i] − shift[i]). */
function addExponentials(data: Vector, start: number, shift: Vector, sum: Vector): void {
  for (let i = 0, at = start; i < sum.length; i++, at++) {
    sum[i] = sum[i]! + fastExp(data[at]! - shift[i]!);
  }
}

/** sum[i] becomes max[i] + log sum[i]; −Infinity where the maximum is. */
function addLogarithm(max: Vector, sum: Vector): void {
  for (let i = 0; i < sum.length; i++) {
    const top = max[i]!;
    sum[i] = top === Number.NEGATIVE_INFINITY ? top : top + fastLog(sum[i]!);
  }
}

/** Subtracts shift[i] from every entry of column i of m and writes the exponentials of the results; both K × n. */
export function shiftAndExponentiate(m: Matrix, shift: Vector, exponentials: Matrix): void {
  for (let k = 0; k < m.rows; k++) {
    shiftRow(m.data, k * m.columns, shift, exponentials.data);
  }
}

function shiftRow(data: Vector, start: number, shift: Vector, exponentials: Vector): void {
  for (let i = 0, at = start; i < shift.length; i++, at++) {
    const shifted = data[at]! - shift[i]!;
    data[at] = shifted;
    exponentials[at] = fastExp(shifted);
  }
}

/** out[i] = the sum of column i of m (K × n), less row `except` if there is one: added up in order, never subtracted. */
export function columnSums({ rows: K, columns: n, data }: Matrix, out: Vector, except = -1): void {
  const after = (k: number): number => (k + 1 === except ? k + 2 : k + 1);
  const a = after(-1);
  const b = after(a);
  const c = after(b);
  if (b >= K) out.set(data.subarray(a * n, (a + 1) * n));
  else if (c >= K) setSum2(data, a * n, b * n, out);
  else setSum3(data, a * n, b * n, c * n, out);
  let k = after(c);
  for (; after(k) < K; k = after(after(k))) addTwo(data, k * n, after(k) * n, out);
  if (k < K) add(data, k * n, out);
}

function setSum2(data: Vector, a: number, b: number, sum: Vector): void {
  for (let i = 0; i < sum.length; i++) sum[i] = data[a + i]! + data[b + i]!;
}

function setSum3(data: Vector, a: number, b: number, c: number, sum: Vector): void {
  for (let i = 0; i < sum.length; i++) sum[i] = data[a + i]! + data[b + i]! + data[c + i]!;
}

function addTwo(data: Vector, a: number, b: number, sum: Vector): void {
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + data[a + i]! + data[b + i]!;
}

/** sum[i] += data[start + i]. */
function add(data: Vector, start: number, sum: Vector): void {
  for (let i = 0, at = start; i < sum.length; i++, at++) sum[i] = sum[i]! + data[at]!;
}

const LOG_2_POW_500 = fastLog(2 ** 500);

/**
 * Σ log of positive numbers between 1e-150 and 1e150: one logarithm, of a running product that is scaled by powers of two
 * where it would leave the range of doubles.
 */
export function sumOfLogs(values: Vector): number {
  let product = 1;
  let scalings = 0;
  for (let i = 0; i < values.length; i++) {
    product *= values[i]!;
    if (product > 2 ** 500) {
      product *= 2 ** -500;
      scalings++;
    } else if (product < 2 ** -500) {
      product *= 2 ** 500;
      scalings--;
    }
  }
  return fastLog(product) + scalings * LOG_2_POW_500;
}

/** The same, and each value becomes its reciprocal. */
export function invertAndSumLogs(values: Vector): number {
  let product = 1;
  let scalings = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    values[i] = 1 / value;
    product *= value;
    if (product > 2 ** 500) {
      product *= 2 ** -500;
      scalings++;
    } else if (product < 2 ** -500) {
      product *= 2 ** 500;
      scalings--;
    }
  }
  return fastLog(product) + scalings * LOG_2_POW_500;
}
