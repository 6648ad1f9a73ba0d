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

/**
 * A function that turns log weights (K × n, K ≤ capacity) into log probabilities, column by column and in place: every
 * column of exp m then sums to 1. mean[k] becomes the mean over columns of the probability in row k; returns the mean
 * entropy of a column, in nats.
 */
export function columnNormalizer(n: number, capacity: number): (m: Matrix, mean: Vector) => number {
  const max = new Float64Array(n);
  const sum = new Float64Array(n);
  const exponentials = new Float64Array(capacity * n);
  return ({ rows: K, columns, data }, mean) => {
    columnMaxima({ rows: K, columns, data }, max);
    sum.fill(0);
    for (let k = 0; k < K; k++) {
      exponentiate(data, k * n, max, exponentials);
      add(exponentials, k * n, sum);
    }
    toNormalizers(max, sum);
    const total = { probability: 0, entropy: 0 };
    let entropy = 0;
    for (let k = 0; k < K; k++) {
      subtract(data, exponentials, k * n, max, sum, total);
      mean[k] = total.probability / n;
      entropy += total.entropy;
    }
    return entropy / n;
  };
}

/** sum[i] += data[start + i]. */
function add(data: Vector, start: number, sum: Vector): void {
  for (let i = 0, at = start; i < sum.length; i++, at++) sum[i] = sum[i]! + data[at]!;
}

/** max becomes the log-sum-exp of each column, sum the reciprocal of its shifted sum. */
function toNormalizers(max: Vector, sum: Vector): void {
  for (let i = 0; i < sum.length; i++) {
    max[i] = max[i]! + fastLog(sum[i]!);
    sum[i] = 1 / sum[i]!;
  }
}

/** Normalises one row; `total` becomes the sums over columns of its probability p and of −p log p. */
function subtract(
  data: Vector,
  exponentials: Vector,
  start: number,
  normalizer: Vector,
  reciprocal: Vector,
  total: { probability: number; entropy: number },
): void {
  let probabilities = 0;
  let entropy = 0;
  for (let i = 0, at = start; i < normalizer.length; i++, at++) {
    const logProbability = data[at]! - normalizer[i]!;
    const probability = exponentials[at]! * reciprocal[i]!;
    data[at] = logProbability;
    probabilities += probability;
    if (probability > 0) entropy -= probability * logProbability;
  }
  total.probability = probabilities;
  total.entropy = entropy;
}
