import { Matrix as DenseMatrix, QrDecomposition } from "ml-matrix";
import type { Design } from "../core/data.ts";
import { DataError } from "../core/errors.ts";
import { type Matrix, matrix, type Vector } from "../math/matrix.ts";

/** A column is aliased if less than this part of its length points away from the columns before it (R's own). */
const TOLERANCE = 1e-7;
const ROWS_OF_FIRST_LOOK = 500;

/** A column that is Σ coefficient · earlier column. */
interface Alias {
  readonly column: number;
  readonly of: readonly { readonly column: number; readonly coefficient: number }[];
}

/**
 * Throws a DataError if a column of the design is a combination of those before it, naming each such
 * column and the combination; also if there are fewer rows than columns.
 */
export function checkRank({ terms, X }: Design, formula: string): void {
  if (X.rows < X.columns) {
    throw new DataError(
      `"${formula}" must have at most as many terms as there are rows; it has ${X.columns} terms ` +
        `(${terms.join(", ")}) and ${X.rows} ${X.rows === 1 ? "row" : "rows"}; use fewer terms`,
      { terms: X.columns, rows: X.rows },
    );
  }
  // Odd, so that levels which alternate down the rows are all met.
  const stride = Math.floor(X.rows / ROWS_OF_FIRST_LOOK) | 1;
  if (aliases(triangle(X, stride)).length === 0) return;
  const found = aliases(triangle(X, 1));
  if (found.length === 0) return;
  const named = found.map((alias) => inWords(alias, terms));
  const remove = found.map(({ column }) => terms[column]).join(", ");
  throw new DataError(
    `the terms of "${formula}" must not be combinations of each other; in these data ` +
      `${named.join("; ")}; leave out ${remove}`,
    { formula, aliased: found.map(({ column }) => terms[column]) },
  );
}

/** Whether no column is a combination of those before it. */
export const hasFullRank = (X: Matrix): boolean =>
  X.rows >= X.columns && aliases(triangle(X, 1)).length === 0;

function inWords({ column, of }: Alias, terms: readonly string[]): string {
  const sum = of.map(({ column: j, coefficient }, position) => {
    const size = Number(Math.abs(coefficient).toPrecision(4));
    const sign = coefficient < 0 ? "-" : "+";
    const shown = size === 1 ? terms[j]! : `${size} × ${terms[j]!}`;
    if (position > 0) return `${sign} ${shown}`;
    return coefficient < 0 ? `-${shown}` : shown;
  });
  return `${terms[column]} = ${sum.length === 0 ? "0" : sum.join(" ")}`;
}

/**
 * The upper triangle R of X = QR (p × p, up to the sign of rows), from every `stride`-th row, one row at
 * a time by Givens rotations; it has the lengths and angles of the columns of X. Source: [gentleman1974].
 */
function triangle(X: Matrix, stride: number): Matrix {
  const p = X.columns;
  const R = matrix(p, p);
  const incoming = new Float64Array(p);
  for (let i = 0; i < X.rows; i += stride) {
    for (let j = 0; j < p; j++) incoming[j] = X.data[i * p + j]!;
    for (let k = 0; k < p; k++) if (incoming[k] !== 0) rotate(R, k, incoming);
  }
  return R;
}

/** Turns row k of R and the incoming row so that the latter's entry k becomes 0. */
function rotate(R: Matrix, k: number, incoming: Vector): void {
  const p = R.columns;
  const diagonal = R.data[k * p + k]!;
  const entry = incoming[k]!;
  const length = Math.hypot(diagonal, entry);
  const cosine = diagonal / length;
  const sine = entry / length;
  R.data[k * p + k] = length;
  incoming[k] = 0;
  for (let j = k + 1; j < p; j++) {
    const above = R.data[k * p + j]!;
    const below = incoming[j]!;
    R.data[k * p + j] = cosine * above + sine * below;
    incoming[j] = cosine * below - sine * above;
  }
}

/** Columns of R that lie in the span of those before them, by Gram–Schmidt done twice. */
function aliases(R: Matrix): Alias[] {
  const found: Alias[] = [];
  const basis: Vector[] = [];
  const kept: number[] = [];
  for (let column = 0; column < R.columns; column++) {
    const original = columnOf(R, column);
    const rest = original.slice();
    for (const direction of [...basis, ...basis]) subtractAlong(rest, direction);
    const left = norm(rest);
    if (left > TOLERANCE * norm(original)) {
      basis.push(rest.map((value) => value / left));
      kept.push(column);
    } else {
      found.push({ column, of: combination(R, column, kept) });
    }
  }
  return found;
}

function columnOf(R: Matrix, column: number): Vector {
  return Float64Array.from({ length: R.rows }, (_, i) => R.data[i * R.columns + column]!);
}

function subtractAlong(v: Vector, direction: Vector): void {
  const along = v.reduce((sum, value, i) => sum + value * direction[i]!, 0);
  for (let i = 0; i < v.length; i++) v[i]! -= along * direction[i]!;
}

function norm(v: Vector): number {
  return Math.hypot(...v);
}

/** Least squares of a column on the kept ones, all scaled to length 1; negligible parts are left out. */
function combination(R: Matrix, column: number, kept: readonly number[]): Alias["of"] {
  const target = columnOf(R, column);
  const length = norm(target);
  if (length === 0 || kept.length === 0) return [];
  const columns = kept.map((j) => columnOf(R, j));
  const lengths = columns.map(norm);
  const A = new DenseMatrix(R.rows, kept.length);
  columns.forEach((values, j) => {
    values.forEach((value, i) => {
      A.set(i, j, value / lengths[j]!);
    });
  });
  const b = DenseMatrix.columnVector(Array.from(target, (value) => value / length));
  const solution = new QrDecomposition(A).solve(b);
  return kept
    .map((j, k) => ({ column: j, part: solution.get(k, 0), of: lengths[k]! }))
    .filter(({ part }) => Math.abs(part) > TOLERANCE)
    .map(({ column: j, part, of }) => ({ column: j, coefficient: (part * length) / of }));
}
