import type { Design, Observations } from "../src/core/data.ts";
import { type Matrix, matrix, type Vector, type VectorMemory } from "../src/math/matrix.ts";

/** Response and covariates of experts and gate, each once, with mean 0 and sd 1 (n × f): what starts group rows by. */
export function features(
  { n, y, design }: Observations,
  gate: Design,
  memory?: VectorMemory,
): Matrix {
  const columns = new Map<string, Column>([["(Response)", { data: y, first: 0, stride: 1 }]]);
  for (const { terms, X } of [design, gate]) {
    terms.forEach((term, first) => {
      columns.set(term, { data: X.data, first, stride: X.columns });
    });
  }
  const varying = [...columns.values()].filter((column) => !isConstant(column));
  const scaled = varying
    .map((column) => ({ column, ...moments(column, n) }))
    .filter(({ sd }) => sd > 0);
  const out = matrix(n, scaled.length, memory?.(n * scaled.length));
  scaled.forEach(({ column, mean, sd }, j) => {
    standardize(column, mean, sd, out, j);
  });
  return out;
}

/** Every `stride`-th number of data, from the `first` on. */
interface Column {
  readonly data: Vector;
  readonly first: number;
  readonly stride: number;
}

/** Told from the values: the mean of equal ones may be rounded, and their sd then is not 0. */
function isConstant({ data, first, stride }: Column): boolean {
  for (let at = first; at < data.length; at += stride) {
    if (data[at] !== data[first]) return false;
  }
  return true;
}

function moments({ data, first, stride }: Column, n: number): { mean: number; sd: number } {
  let sum = 0;
  for (let at = first; at < data.length; at += stride) sum += data[at]!;
  const mean = sum / n;
  let squares = 0;
  for (let at = first; at < data.length; at += stride) squares += (data[at]! - mean) ** 2;
  return { mean, sd: Math.sqrt(squares / n) };
}

/** Writes the column with mean 0 and sd 1 into column j of `out`. */
function standardize(
  { data, first, stride }: Column,
  mean: number,
  sd: number,
  out: Matrix,
  j: number,
): void {
  for (let i = 0; i < out.rows; i++) {
    out.data[i * out.columns + j] = (data[first + i * stride]! - mean) / sd;
  }
}
