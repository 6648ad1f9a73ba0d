import type { Design } from "../../src/core/data.ts";
import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import { weightedGram } from "../../src/math/gram.ts";
import type { Vector } from "../../src/math/matrix.ts";

/** Mean squared residual of least squares; the variance of y where the columns leave nothing, 1 where that is 0 too. */
export function residualVariance({ X }: Design, y: Vector): number {
  const { rows: n, columns: p } = X;
  const gram = new Float64Array(p * p);
  const coefficients = new Float64Array(p);
  const ones = new Float64Array(n).fill(1);
  const squares = weightedGram(X.data, p, undefined, ones, y, gram, coefficients);
  const projected = coefficients.slice();
  let left = squares;
  if (cholesky(gram, p)) {
    solveCholesky(gram, p, coefficients);
    for (let j = 0; j < p; j++) left -= coefficients[j]! * projected[j]!;
  }
  const mean = y.reduce((sum, value) => sum + value, 0) / n;
  const total = y.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  if (left > NOTHING * squares) return left / n;
  return total > 0 ? total / n : 1;
}

/** Of the sum of squares: what rounding leaves. */
const NOTHING = 1e-10;
