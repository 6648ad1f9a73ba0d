import { fastExp } from "../src/math/exp.ts";
import type { Vector } from "../src/math/matrix.ts";
import { standardDeviation } from "../src/math/moments.ts";
import { quantileSorted, sorted } from "../src/math/order.ts";

/** Beyond so many bandwidths a Gaussian kernel is below double precision of the sum. */
const REACH = 8.5;
const IQR_OF_NORMAL = 1.34;
/** More values than this are gathered in as many bins. */
const MOST_BINS = 4096;

/**
 * Bandwidth of a Gaussian kernel by the rule of thumb 0.9 min(sd, IQR / 1.34) n^(−1/5); where that is zero, by what
 * is left of sd, |x[0]| and 1, as R's bw.nrd0. NaN for fewer than two values. Source: [silverman1986] eq. 3.31.
 */
export function ruleOfThumbBandwidth(x: Vector): number {
  if (x.length < 2) return Number.NaN;
  const sd = standardDeviation(x);
  const ascending = sorted(x);
  const iqr = quantileSorted(ascending, 0.75) - quantileSorted(ascending, 0.25);
  const spread = Math.min(sd, iqr / IQR_OF_NORMAL) || sd || Math.abs(x[0]!) || 1;
  return 0.9 * spread * x.length ** -0.2;
}

/** Gaussian kernel density estimate of x at the points of an ascending grid. Source: [silverman1986] eq. 2.2a. */
export function densityEstimate(
  x: Vector,
  grid: Vector,
  bandwidth = ruleOfThumbBandwidth(x),
): Vector {
  const { at, weight } = binned(x);
  const out = new Float64Array(grid.length);
  const height = 1 / (x.length * bandwidth * Math.sqrt(2 * Math.PI));
  for (let i = 0; i < at.length; i++) {
    for (let j = firstFrom(grid, at[i]! - REACH * bandwidth); j < grid.length; j++) {
      const u = (grid[j]! - at[i]!) / bandwidth;
      if (u > REACH) break;
      out[j] = out[j]! + weight[i]! * height * fastExp(-0.5 * u * u);
    }
  }
  return out;
}

/** The values with weight 1; many are shared out linearly between the nearest points of a fine grid. */
function binned(x: Vector): { at: Vector; weight: Vector } {
  if (x.length <= MOST_BINS) return { at: x, weight: new Float64Array(x.length).fill(1) };
  const ascending = sorted(x);
  const low = ascending[0]!;
  const width = (ascending[x.length - 1]! - low) / (MOST_BINS - 1) || 1;
  const at = Float64Array.from({ length: MOST_BINS }, (_, j) => low + j * width);
  const weight = new Float64Array(MOST_BINS);
  for (const value of x) {
    const position = (value - low) / width;
    const bin = Math.min(MOST_BINS - 2, Math.floor(position));
    weight[bin] = weight[bin]! + (bin + 1 - position);
    weight[bin + 1] = weight[bin + 1]! + (position - bin);
  }
  return { at, weight };
}

/** Index of the first entry of an ascending grid that is not below `from`. */
function firstFrom(grid: Vector, from: number): number {
  let low = 0;
  let high = grid.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (grid[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
