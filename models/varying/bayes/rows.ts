import { lazily } from "../../../src/core/lazily.ts";
import type { Matrix, Vector } from "../../../src/math/matrix.ts";
import { type Basis, basisOf } from "./basis.ts";
import { rowAdder } from "./row-adder.ts";
import {
  columnsOf,
  productsOf,
  type Table,
  timesColumn,
  unfoldAll,
  valueAt,
  valuesAt,
} from "./row-sums.ts";

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
  const adder = lazily(() => rowAdder(table));
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
      const { choose, times, add } = adder();
      choose(rows);
      sums.fill(0);
      for (let j = 0, to = 0; j < q; j++) {
        for (let k = 0; k <= j; k++, to += width) {
          const most = Math.min(sizes[j]!, sizes[k]!) > 1 ? width : Math.max(sizes[j]!, sizes[k]!);
          timesColumn(table, rows, j, weight, times);
          timesColumn(table, rows, k, times, times);
          add(sums.subarray(to, to + most));
        }
      }
      unfoldAll(table, sums, out);
    },

    cross(rows, value, out) {
      const { choose, times, add } = adder();
      choose(rows);
      out.fill(0);
      for (let j = 0; j < q; j++) {
        timesColumn(table, rows, j, value, times);
        add(out.subarray(start[j]!, start[j]! + sizes[j]!));
      }
    },

    columns: () => columnsOf(table),
  };
}
