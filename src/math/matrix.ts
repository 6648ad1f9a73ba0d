/** One double-precision array; the unit in which everything numerical is passed. */
export type Vector = Float64Array;

/** Row-major matrix: entry (i, j) is `data[i * columns + j]`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Vector;
}

/** Makes vectors of zeros of a length, where they are to lie. */
export type VectorMemory = (length: number) => Vector;

/** A rows × columns matrix of zeros, or over `data` if given (length rows · columns, not copied). */
export function matrix(
  rows: number,
  columns: number,
  data: Vector = new Float64Array(rows * columns),
): Matrix {
  return { rows, columns, data };
}

/** View (not a copy) of row i. */
export function row(m: Matrix, i: number): Vector {
  return m.data.subarray(i * m.columns, (i + 1) * m.columns);
}

/** An independent copy. */
export function copy(m: Matrix): Matrix {
  return matrix(m.rows, m.columns, m.data.slice());
}

/** A copy of some rows, in the order given. */
export function rowsOf(m: Matrix, rows: ArrayLike<number>): Matrix {
  const out = matrix(rows.length, m.columns);
  for (let j = 0; j < rows.length; j++) row(out, j).set(row(m, rows[j]!));
  return out;
}
