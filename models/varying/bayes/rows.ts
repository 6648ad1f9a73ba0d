import { type Matrix, matrix, type Vector } from "../../../src/math/matrix.ts";
import { type Basis, basisOf } from "./basis.ts";

/**
 * Rows of a design whose coefficients are functions: the linear predictor of row i is Σ_j z_ij (e_j0 + Σ_m e_jm b_m(u_i)),
 * with m ≤ M where term j varies and e_j0 alone where it does not, b the functions of `basis`. The e stand term by term.
 * Members are given as `rows`; all rows if undefined. Where draws are reported, e_j0 multiplies the column as the data
 * have it, and the functions the standardised one; such rows only predict.
 */
export interface FunctionRows {
  readonly n: number;
  readonly terms: number;
  readonly varies: readonly boolean[];
  readonly basis: Basis;
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
 * Z and levels: n × q; u: n, on 0 … 1; M functions besides the level. A product of cosines is a sum of two, so that a Gram
 * matrix needs q (q + 1) / 2 · (4 M − 3) sums over the rows, not (q (M + 1))² / 2.
 */
export function functionRows(
  Z: Matrix,
  u: Vector,
  varies: readonly boolean[],
  size: number,
  levels: Matrix = Z,
): FunctionRows {
  const { rows: n, columns: q } = Z;
  const basis = basisOf(size);
  const sizes = varies.map((does) => (does ? size + 1 : 1));
  const start = sizes.map((_, j) => sizes.slice(0, j).reduce((sum, size) => sum + size, 0));
  const length = sizes.reduce((sum, size) => sum + size, 0);
  const width = varies.some(Boolean) ? basis.width : 1;
  const table: Table = {
    n,
    q,
    sizes,
    start,
    length,
    width,
    Z: Z.data,
    levels: levels.data,
    values: width === 1 ? new Float64Array(n).fill(1) : valuesAt(basis, u),
    products: productsOf(basis),
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
  /** What the basis writes of every row, n × width. */
  readonly width: number;
  readonly values: Vector;
  /** Products of its functions, by pair (M + 1)². */
  readonly products: Products;
  readonly Z: Vector;
  readonly levels: Vector;
}

/** What term j of these entries gives at row i. */
function valueAt(
  { q, sizes, start, width, values, Z, levels }: Table,
  i: number,
  j: number,
  linear: Vector,
): number {
  const from = start[j]!;
  const at = i * width;
  let value = 0;
  for (let m = 1; m < sizes[j]!; m++) value += linear[from + m]! * values[at + m]!;
  return value * Z[i * q + j]! + linear[from]! * levels[i * q + j]!;
}

/** sums[pair, r] += weight z_j z_k times the numbers of the row, as far as a pair of terms needs. */
function addProducts(
  { q, sizes, width, values, Z }: Table,
  i: number,
  weight: number,
  sums: Vector,
): void {
  const at = i * width;
  for (let j = 0, to = 0; j < q; j++) {
    const wz = weight * Z[i * q + j]!;
    for (let k = 0; k <= j; k++, to += width) {
      const value = wz * Z[i * q + k]!;
      const most = Math.min(sizes[j]!, sizes[k]!) > 1 ? width : Math.max(sizes[j]!, sizes[k]!);
      for (let r = 0; r < most; r++) sums[to + r] = sums[to + r]! + value * values[at + r]!;
    }
  }
}

/** out[first …] += value x_i. */
function addRow(
  { q, sizes, start, width, values, Z }: Table,
  i: number,
  value: number,
  out: Vector,
  first: number,
): void {
  const at = i * width;
  for (let j = 0; j < q; j++) {
    const own = value * Z[i * q + j]!;
    const from = first + start[j]!;
    for (let r = 0; r < sizes[j]!; r++) out[from + r] = out[from + r]! + own * values[at + r]!;
  }
}

/** Where the product of functions a and b stands: at a · count + b. */
interface Products {
  readonly count: number;
  readonly at: Int32Array;
  readonly times: Vector;
  readonly at2: Int32Array;
  readonly times2: Vector;
}

function productsOf({ size, product }: Basis): Products {
  const count = size + 1;
  const pairs = Array.from({ length: count * count }, (_, c) =>
    product(Math.floor(c / count), c % count),
  );
  return {
    count,
    at: Int32Array.from(pairs, ([at]) => at),
    times: Float64Array.from(pairs, ([, times]) => times),
    at2: Int32Array.from(pairs, ([, , at2]) => at2),
    times2: Float64Array.from(pairs, ([, , , times2]) => times2),
  };
}

/** The Gram matrix from the sums of its pairs of terms. */
function unfoldAll(table: Table, sums: Vector, out: Vector): void {
  const { q, sizes, start, length, width } = table;
  const { count, at, times, at2, times2 } = table.products;
  for (let j = 0, pair = 0; j < q; j++) {
    for (let k = 0; k <= j; k++, pair += width) {
      for (let a = 0; a < sizes[j]!; a++) {
        for (let b = 0; b < sizes[k]!; b++) {
          const c = a * count + b;
          const value = times[c]! * sums[pair + at[c]!]! + times2[c]! * sums[pair + at2[c]!]!;
          out[(start[j]! + a) * length + start[k]! + b] = value;
          out[(start[k]! + b) * length + start[j]! + a] = value;
        }
      }
    }
  }
}

/** What the basis writes of every row. */
function valuesAt({ width, write }: Basis, u: Vector): Vector {
  const out = new Float64Array(u.length * width);
  u.forEach((at, i) => {
    write(at, out, i * width);
  });
  return out;
}
