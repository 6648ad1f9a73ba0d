import { type Matrix, row, type Vector } from "../src/math/matrix.ts";
import { quantileSorted, sorted } from "../src/math/order.ts";
import { densityEstimate, ruleOfThumbBandwidth } from "./density-estimate.ts";

/** Densities on one grid: of the data, and of data sets that the posterior makes. */
export interface DensityCheck {
  readonly grid: Vector;
  readonly data: Vector;
  readonly replicates: readonly Vector[];
}

const POINTS = 200;
/** The grid goes so many bandwidths beyond what it shows. */
const MARGIN = 3;
/** Of the replicates' values, the share that the grid leaves out at either end: a stray one must not stretch it. */
const TAIL = 0.005;

/**
 * Density overlay, the first posterior predictive check: data that look unlike all replicates are unlike the model.
 * replicates: R × n. Undefined for fewer than two rows. Source: [gabry2019].
 */
export function densityCheck(
  y: Vector,
  replicates: Matrix,
  points = POINTS,
): DensityCheck | undefined {
  if (y.length < 2) return undefined;
  const grid = gridOver(y, replicates, points);
  return {
    grid,
    data: densityEstimate(y, grid),
    replicates: Array.from({ length: replicates.rows }, (_, r) =>
      densityEstimate(row(replicates, r), grid),
    ),
  };
}

/** All of the data and most of the replicates. */
function gridOver(y: Vector, replicates: Matrix, points: number): Vector {
  const ascending = sorted(y);
  const all = sorted(replicates.data);
  const margin = MARGIN * ruleOfThumbBandwidth(y);
  const least = Math.min(ascending[0]!, all.length > 0 ? quantileSorted(all, TAIL) : Infinity);
  const most = Math.max(
    ascending[y.length - 1]!,
    all.length > 0 ? quantileSorted(all, 1 - TAIL) : -Infinity,
  );
  const low = least - margin;
  const step = (most + margin - low) / (points - 1);
  return Float64Array.from({ length: points }, (_, j) => low + j * step);
}
