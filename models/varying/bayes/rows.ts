import { cosPi } from "../../../src/math/cos-pi.ts";
import { type Matrix, matrix, type Vector } from "../../../src/math/matrix.ts";

/**
 * Rows of a design whose coefficients are sums of cosines: the linear predictor of row i is Σ_j z_ij (e_j0 + Σ_m e_jm
 * cos(mπu_i)), with m ≤ M where term j varies and e_j0 alone where it does not. The e stand term by term.
 * Members are given as `rows`; all rows if undefined. Where draws are reported, e_j0 multiplies the column as the data
 * have it, and the cosines the standardised one; such rows only predict.
 */
export interface CosineRows {
  readonly n: number;
  readonly terms: number;
  readonly varies: readonly boolean[];
  /** M: how many cosines a function has. */
  readonly basis: number;
  /** Where the entries of each term begin, and how many there are in all. */
  readonly start: readonly number[];
  readonly length: number;
  /** out[m] = the linear predictor of rows[m]. */
  predict(linear: Vector, rows: Int32Array | undefined, out: Vector): void;
  /** Writes Σ weight[m] x x' (length × length, both triangles). */
  gram(rows: Int32Array | undefined, weight: Vector, out: Vector): void;
  /** Writes Σ value[m] x. */
  cross(rows: Int32Array | undefined, value: Vector, out: Vector): void;
  /** Writes what term j of these entries gives, z_ij (…), at rows[m]. */
  predictTerm(j: number, linear: Vector, rows: Int32Array | undefined, out: Vector): void;
  /** The columns x themselves, n × length. */
  columns(): Matrix;
}

/**
 * Z and levels: n × q; u: n, on 0 … 1. A product of cosines is a sum of two, cos a cos b = (cos(a − b) + cos(a + b)) / 2,
 * so that a Gram matrix needs q (q + 1) / 2 · (2 M + 1) sums over the rows, not (q (M + 1))² / 2.
 */
export function cosineRows(
  Z: Matrix,
  u: Vector,
  varies: readonly boolean[],
  basis: number,
  levels: Matrix = Z,
): CosineRows {
  const { rows: n, columns: q } = Z;
  const sizes = varies.map((does) => (does ? basis + 1 : 1));
  const start = sizes.map((_, j) => sizes.slice(0, j).reduce((sum, size) => sum + size, 0));
  const length = sizes.reduce((sum, size) => sum + size, 0);
  const width = varies.some(Boolean) ? 2 * basis + 1 : 1;
  const table: Table = {
    n,
    q,
    sizes,
    start,
    length,
    width,
    Z: Z.data,
    levels: levels.data,
    cosines: cosineTable(u, width),
  };
  const sums = new Float64Array(((q * (q + 1)) / 2) * width);
  return {
    ...{ n, terms: q, varies, basis, start, length },

    predict(linear, rows, out) {
      const count = rows?.length ?? n;
      for (let m = 0; m < count; m++) {
        const i = rows === undefined ? m : rows[m]!;
        let value = 0;
        for (let j = 0; j < q; j++) value += valueAt(table, i, j, linear);
        out[m] = value;
      }
    },

    predictTerm(j, linear, rows, out) {
      const count = rows?.length ?? n;
      for (let m = 0; m < count; m++) {
        out[m] = valueAt(table, rows === undefined ? m : rows[m]!, j, linear);
      }
    },

    gram(rows, weight, out) {
      sums.fill(0);
      const count = rows?.length ?? n;
      for (let m = 0; m < count; m++) {
        addProducts(table, rows === undefined ? m : rows[m]!, weight[m]!, sums);
      }
      unfoldAll(table, sums, out);
    },

    cross(rows, value, out) {
      out.fill(0);
      const count = rows?.length ?? n;
      for (let m = 0; m < count; m++) {
        addRow(table, rows === undefined ? m : rows[m]!, value[m]!, out, 0);
      }
    },

    columns() {
      const out = matrix(n, length);
      for (let i = 0; i < n; i++) addRow(table, i, 1, out.data, i * length);
      return out;
    },
  };
}

interface Table {
  readonly n: number;
  readonly q: number;
  /** How many entries each term has, where they begin, and how many there are. */
  readonly sizes: readonly number[];
  readonly start: readonly number[];
  readonly length: number;
  /** Columns of `cosines`: cos(rπu_i), n × width. */
  readonly width: number;
  readonly cosines: Vector;
  readonly Z: Vector;
  readonly levels: Vector;
}

/** What term j of these entries gives at row i. */
function valueAt(
  { q, sizes, start, width, cosines, Z, levels }: Table,
  i: number,
  j: number,
  linear: Vector,
): number {
  const from = start[j]!;
  const at = i * width;
  let value = 0;
  for (let m = 1; m < sizes[j]!; m++) value += linear[from + m]! * cosines[at + m]!;
  return value * Z[i * q + j]! + linear[from]! * levels[i * q + j]!;
}

/** sums[pair, r] += weight z_j z_k cos(rπu), as far as a pair of terms needs. */
function addProducts(
  { q, sizes, width, cosines, Z }: Table,
  i: number,
  weight: number,
  sums: Vector,
): void {
  const at = i * width;
  for (let j = 0, to = 0; j < q; j++) {
    const wz = weight * Z[i * q + j]!;
    for (let k = 0; k <= j; k++, to += width) {
      const value = wz * Z[i * q + k]!;
      const most = sizes[j]! + sizes[k]! - 1;
      for (let r = 0; r < most; r++) sums[to + r] = sums[to + r]! + value * cosines[at + r]!;
    }
  }
}

/** out[first …] += value x_i. */
function addRow(
  { q, sizes, start, width, cosines, Z }: Table,
  i: number,
  value: number,
  out: Vector,
  first: number,
): void {
  const at = i * width;
  for (let j = 0; j < q; j++) {
    const own = value * Z[i * q + j]!;
    const from = first + start[j]!;
    for (let r = 0; r < sizes[j]!; r++) out[from + r] = out[from + r]! + own * cosines[at + r]!;
  }
}

/** The Gram matrix from the sums of its pairs of terms. */
function unfoldAll({ q, sizes, start, length, width }: Table, sums: Vector, out: Vector): void {
  for (let j = 0, pair = 0; j < q; j++) {
    for (let k = 0; k <= j; k++, pair += width) {
      for (let a = 0; a < sizes[j]!; a++) {
        for (let b = 0; b < sizes[k]!; b++) {
          const value = 0.5 * (sums[pair + Math.abs(a - b)]! + sums[pair + a + b]!);
          out[(start[j]! + a) * length + start[k]! + b] = value;
          out[(start[k]! + b) * length + start[j]! + a] = value;
        }
      }
    }
  }
}

/** n × width: cos(rπu_i). */
function cosineTable(u: Vector, width: number): Vector {
  const out = new Float64Array(u.length * width);
  for (let i = 0; i < u.length; i++) {
    for (let r = 0; r < width; r++) out[i * width + r] = cosPi(r * u[i]!);
  }
  return out;
}
