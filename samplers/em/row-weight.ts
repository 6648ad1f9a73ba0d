import { UsageError } from "../../src/core/errors.ts";
import type { Matrix, Vector } from "../../src/math/matrix.ts";

/** How much each row counts, and all together. */
export interface RowWeight {
  /** Absent where every row counts 1. */
  readonly each?: Vector;
  readonly total: number;
}

/** Throws a UsageError where a weight is no number ≥ 0, or where none is above 0. */
export function rowWeightOf(n: number, each?: Vector): RowWeight {
  if (each === undefined) return { total: n };
  if (each.length !== n) {
    throw new UsageError(
      `rowWeight must hold one number for each of ${n} rows; got ${each.length} numbers`,
    );
  }
  const bad = each.findIndex((w) => !(w >= 0 && w < Number.POSITIVE_INFINITY));
  if (bad >= 0) {
    throw new UsageError(
      `rowWeight must be finite and at least 0; got ${each[bad]} for row ${bad + 1}`,
    );
  }
  const total = each.reduce((sum, w) => sum + w, 0);
  if (!(total > 0)) throw new UsageError("rowWeight must be above 0 for some row; all are 0");
  return { each, total };
}

/** Σ weight · value; a row of weight 0 is left out whatever its value is. */
export function weightedSum({ each }: RowWeight, values: Vector): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    if (each === undefined) total += values[i]!;
    else if (each[i]! > 0) total += each[i]! * values[i]!;
  }
  return total;
}

/** Multiplies column i of a K × n matrix by the weight of row i, in place. */
export function weighColumns({ each }: RowWeight, m: Matrix): Matrix {
  if (each === undefined) return m;
  for (let k = 0, at = 0; k < m.rows; k++) {
    for (let i = 0; i < m.columns; i++, at++) {
      m.data[at] = each[i]! > 0 ? each[i]! * m.data[at]! : 0;
    }
  }
  return m;
}

/** The sd of values that count so much. */
export function weightedDeviation(weight: RowWeight, values: Vector): number {
  const mean = weightedSum(weight, values) / weight.total;
  const squares = values.map((value) => (value - mean) ** 2);
  return Math.sqrt(weightedSum(weight, squares) / weight.total);
}
