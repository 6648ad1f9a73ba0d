import { type Matrix, matrix, type Vector } from "../../../src/math/matrix.ts";
import type { Basis } from "./basis.ts";

/** A design, and what its basis writes of every row. */
export interface Table {
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
export function valueAt(
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

/** out[m] = value[m] z_ij, i = rows[m]. */
export function timesColumn(
  { n, q, Z }: Table,
  rows: Int32Array | undefined,
  j: number,
  value: Vector,
  out: Vector,
): void {
  const count = rows?.length ?? n;
  for (let m = 0; m < count; m++)
    out[m] = value[m]! * Z[(rows === undefined ? m : rows[m]!) * q + j]!;
}

export function columnsOf({ n, q, sizes, start, length, width, values, Z }: Table): Matrix {
  const out = matrix(n, length);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < q; j++) {
      const z = Z[i * q + j]!;
      const to = i * length + start[j]!;
      for (let r = 0; r < sizes[j]!; r++) out.data[to + r] = z * values[i * width + r]!;
    }
  }
  return out;
}

/** out[r] += Σ_m times[m] · number r of rows[m]; four rows at once, so that sums are read and written less often. */
export function addRows(
  { width, values }: Table,
  rows: Int32Array | undefined,
  count: number,
  times: Vector,
  out: Vector,
): void {
  const at = (m: number): number => (rows === undefined ? m : rows[m]!) * width;
  let m = 0;
  for (; m + 3 < count; m += 4) {
    const [t0, t1, t2, t3] = [times[m]!, times[m + 1]!, times[m + 2]!, times[m + 3]!];
    const [a0, a1, a2, a3] = [at(m), at(m + 1), at(m + 2), at(m + 3)];
    for (let r = 0; r < out.length; r++) {
      const first = t0 * values[a0 + r]! + t1 * values[a1 + r]!;
      out[r] = out[r]! + (first + (t2 * values[a2 + r]! + t3 * values[a3 + r]!));
    }
  }
  for (; m < count; m++) {
    const from = at(m);
    for (let r = 0; r < out.length; r++) out[r] = out[r]! + times[m]! * values[from + r]!;
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

export function productsOf({ size, product }: Basis): Products {
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
export function unfoldAll(table: Table, sums: Vector, out: Vector): void {
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
export function valuesAt({ width, write }: Basis, u: Vector): Vector {
  const out = new Float64Array(u.length * width);
  u.forEach((at, i) => {
    write(at, out, i * width);
  });
  return out;
}
