import type { Observations } from "../../src/core/data.ts";
import { fastLog } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import type { LinearRows } from "./linear-rows.ts";
import type { SmoothLikelihood } from "./smooth-posterior.ts";
import { tanh } from "./tanh-function.ts";

/** Root mean squares of the linear predictor that are tried: from nearly a line to nearly a step. */
const SPREADS = [0.25, 0.5, 1, 2, 4, 8];
/** An sd below this share of the response's root mean square is not a place to start from. */
const LEAST_SHARE = 1e-3;

/**
 * Where a search may start: the direction of a line fitted by least squares, the best of a few steepnesses, the
 * amplitude that least squares gives it, and the root mean square of what is left.
 */
export function tanhStart(
  { n, y, design: { X } }: Observations,
  x: LinearRows,
): SmoothLikelihood["guess"] {
  const p = X.columns;
  const response = new Float64Array(n);
  const byRow = new Float64Array(n);
  const eta = new Float64Array(n);

  /** Least squares of y on tanh(scale · eta): its amplitude, and the root mean square of what is left. */
  function fitAt(scale: number): { amplitude: number; sd: number } {
    let cross = 0;
    let square = 0;
    let squares = 0;
    let total = 0;
    for (let m = 0; m < x.rows.length; m++) {
      const t = tanh(scale * eta[m]!);
      cross += x.weight[m]! * t * response[m]!;
      square += x.weight[m]! * t * t;
      squares += x.weight[m]! * response[m]! * response[m]!;
      total += x.weight[m]!;
    }
    const amplitude = square > 0 && cross > 0 ? cross / square : 0;
    const left = squares - amplitude * cross;
    return { amplitude, sd: left > 0 && total > 0 ? Math.sqrt(left / total) : 0 };
  }

  return (point, priorWeight) => {
    const { rows, weight } = x;
    for (let m = 0; m < rows.length; m++) response[m] = y[rows[m]!]!;
    const size = rootMeanSquare(weight, response, rows.length) || 1;
    for (let m = 0; m < rows.length; m++) byRow[rows[m]!] = response[m]!;
    if (!x.leastSquares(weight, byRow, priorWeight, point)) return false;
    x.predict(point, eta);
    const spread = rootMeanSquare(weight, eta, rows.length);
    const scale = spread > 0 ? 1 / spread : 0;
    const fits = SPREADS.map((of) => ({ of, ...fitAt(of * scale) }));
    const best = fits.reduce((a, b) => (b.sd < a.sd ? b : a));
    for (let j = 0; j < p; j++) point[j] = point[j]! * best.of * scale;
    point[p] = fastLog(best.amplitude > 0 ? best.amplitude : size);
    point[p + 1] = fastLog(Math.max(best.sd, LEAST_SHARE * size));
    return true;
  };
}

/** Of the first `length` values; 0 where nothing weighs. */
function rootMeanSquare(weight: Vector, values: Vector, length: number): number {
  let total = 0;
  let squares = 0;
  for (let m = 0; m < length; m++) {
    total += weight[m]!;
    squares += weight[m]! * values[m]! * values[m]!;
  }
  return total > 0 ? Math.sqrt(squares / total) : 0;
}
