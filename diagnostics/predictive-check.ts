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

/** How many rows have each count, or `width` counts from `from` on. */
export interface CountCheck {
  readonly from: Vector;
  readonly width: number;
  readonly data: Vector;
  /** Over the replicates. */
  readonly replicates: { readonly median: Vector; readonly q5: Vector; readonly q95: Vector };
}

const MOST_BARS = 40;

/**
 * The predictive check for counts, where a density would show what cannot be: rows by count, in the data and in the
 * replicates (R × n). Many counts are gathered in bars of equal width. Source: [gabry2019], [kleiber2016].
 */
export function countCheck(y: Vector, replicates: Matrix): CountCheck {
  const all = sorted(replicates.data);
  const usual = all.length > 0 ? Math.ceil(quantileSorted(all, 1 - TAIL)) : 0;
  const most = y.reduce((largest, count) => Math.max(largest, count), usual);
  const width = Math.ceil((most + 1) / MOST_BARS);
  const bars = Math.ceil((most + 1) / width);
  const made = Array.from({ length: replicates.rows }, (_, r) =>
    tally(row(replicates, r), width, bars),
  );
  const quantile = (p: number) =>
    Float64Array.from({ length: bars }, (_, bar) =>
      quantileSorted(sorted(Float64Array.from(made, (counts) => counts[bar]!)), p),
    );
  return {
    from: Float64Array.from({ length: bars }, (_, bar) => bar * width),
    width,
    data: tally(y, width, bars),
    replicates: { median: quantile(0.5), q5: quantile(0.05), q95: quantile(0.95) },
  };
}

/** Rows in each bar; what is beyond the last one is not shown. */
function tally(y: ArrayLike<number>, width: number, bars: number): Vector {
  const out = new Float64Array(bars);
  for (let i = 0; i < y.length; i++) {
    const bar = Math.floor(y[i]! / width);
    if (bar < bars) out[bar] = out[bar]! + 1;
  }
  return out;
}
