import { fastExp, fastLog } from "./exp.ts";
import type { Matrix, Vector } from "./matrix.ts";

/** out[i] = the largest entry of column i of m (K × n); length n. */
export function columnMaxima({ rows: K, columns: n, data }: Matrix, out: Vector): void {
  for (let i = 0; i < n; i++) out[i] = data[i]!;
  for (let k = 1; k < K; k++) {
    for (let i = 0, at = k * n; i < n; i++, at++) {
      if (data[at]! > out[i]!) out[i] = data[at]!;
    }
  }
}

/** Replaces every entry x of column i by exp(x − shift[i]). */
export function exponentiateColumns({ rows: K, columns: n, data }: Matrix, shift: Vector): void {
  for (let k = 0; k < K; k++) {
    for (let i = 0, at = k * n; i < n; i++, at++) data[at] = fastExp(data[at]! - shift[i]!);
  }
}

/** A function out[i] = log Σ_k exp m[k, i] for matrices of n columns, owning its scratch. −Infinity for an empty column. */
export function columnLogSumExp(n: number): (m: Matrix, out: Vector) => void {
  const max = new Float64Array(n);
  return (m, out) => {
    const { rows: K, data } = m;
    columnMaxima(m, max);
    out.fill(0);
    for (let k = 0; k < K; k++) {
      for (let i = 0, at = k * n; i < n; i++, at++) out[i] = out[i]! + fastExp(data[at]! - max[i]!);
    }
    for (let i = 0; i < n; i++) {
      out[i] = max[i] === Number.NEGATIVE_INFINITY ? max[i]! : max[i]! + fastLog(out[i]!);
    }
  };
}
