import { type Matrix, matrix, row, type Vector } from "../src/math/matrix.ts";
import type { Information } from "./observed-information.ts";

/** Which coordinates are one and the same, and which are held: the estimate maximizes over the others. */
export interface Equations {
  /** A coordinate each: the free coordinate that it is, −1 where it is held. */
  readonly slot: ArrayLike<number>;
  /** How many free coordinates there are. */
  readonly size: number;
}

/** The information by the free coordinates: sums over those that are one and the same. */
export function constrainedInformation(
  { gradient, observed, scoreProducts, steps }: Information,
  { slot, size }: Equations,
): Information {
  const sums = new Float64Array(size);
  const near = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  for (let j = 0; j < gradient.length; j++) {
    const to = slot[j]!;
    if (to < 0) continue;
    sums[to] = sums[to]! + gradient[j]!;
    near[to] = Math.min(near[to]!, steps[j]!);
  }
  const square = (of: Matrix): Matrix => byColumns(byRows(of, { slot, size }), { slot, size });
  return {
    gradient: sums,
    observed: square(observed),
    scoreProducts: square(scoreProducts),
    steps: near,
  };
}

/** Rows that are one and the same, added up. */
export function byRows(of: Matrix, { slot, size }: Equations): Matrix {
  const out = matrix(size, of.columns);
  for (let j = 0; j < of.rows; j++) if (slot[j]! >= 0) add(row(of, j), row(out, slot[j]!));
  return out;
}

function byColumns(of: Matrix, { slot, size }: Equations): Matrix {
  const out = matrix(of.rows, size);
  for (let r = 0; r < of.rows; r++) {
    for (let j = 0; j < of.columns; j++) {
      const to = slot[j]!;
      if (to >= 0)
        out.data[r * size + to] = out.data[r * size + to]! + of.data[r * of.columns + j]!;
    }
  }
  return out;
}

function add(values: Vector, into: Vector): void {
  for (let j = 0; j < values.length; j++) into[j] = into[j]! + values[j]!;
}
