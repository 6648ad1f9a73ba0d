import type { VaryingDesign, VaryingProblem } from "../../src/core/varying.ts";
import type { Vector } from "../../src/math/matrix.ts";
import type { Layout } from "./layout.ts";

/** Rows from … to − 1. */
export interface Rows {
  from: number;
  to: number;
}

/**
 * Rows from … to − 1 have a weight at a grid point. Designs hold the columns, the columns times t (for parabolas
 * also times t²) and the constant columns, one after another: entry (m, j) is at j · stride + m, m = row − from.
 */
export interface Window extends Rows {
  /** By row − from: (u − at) / bandwidth, and the kernel's weight over the bandwidth. */
  t: Vector;
  weight: Vector;
  stride: number;
  /** By kind of predictor. */
  designs: [Vector, Vector, Vector];
}

/** First row whose index is not below `bound`. */
export function firstAtLeast(u: Vector, bound: number): number {
  let [low, high] = [0, u.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (u[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows with a positive Epanechnikov weight at a grid point. */
export function windowRows(u: Vector, at: number, bandwidth: number): Rows {
  let from = firstAtLeast(u, at - bandwidth);
  while (from < u.length && u[from]! - at <= -bandwidth) from++;
  let to = firstAtLeast(u, at + bandwidth);
  while (to > from && u[to - 1]! - at >= bandwidth) to--;
  return { from, to };
}

/** A function that fills one window after another, reusing its arrays: with the rows given, or those that have a weight. */
export function windows(problem: VaryingProblem, layout: Layout) {
  const { u, experts, gate } = problem;
  const { width, slopes } = layout;
  const empty = (): Vector => new Float64Array(0);
  const window: Window = {
    from: 0,
    to: 0,
    t: empty(),
    weight: empty(),
    stride: 0,
    designs: [empty(), empty(), empty()],
  };

  function reserve(count: number): void {
    if (window.t.length >= count) return;
    window.stride = count;
    window.t = new Float64Array(count);
    window.weight = new Float64Array(count);
    for (const kind of [0, 1, 2] as const) {
      window.designs[kind] = new Float64Array(count * width[kind]);
    }
  }

  return (at: number, bandwidth: number, rows?: Rows): Window => {
    const { from, to } = rows ?? windowRows(u, at, bandwidth);
    reserve(to - from);
    window.from = from;
    window.to = to;
    const { t, weight, designs } = window;
    for (let i = from; i < to; i++) {
      const scaled = (u[i]! - at) / bandwidth;
      t[i - from] = scaled;
      weight[i - from] = (0.75 * (1 - scaled * scaled)) / bandwidth;
    }
    spread(experts, window, slopes[0], designs[0]);
    spread(gate, window, slopes[2], designs[2]);
    for (let j = 0; j < width[1]; j++) {
      const [before, own] = [(j - 1) * window.stride, j * window.stride];
      for (let m = 0; m < to - from; m++) {
        designs[1][own + m] = j === 0 ? 1 : designs[1][before + m]! * t[m]!;
      }
    }
    return window;
  };
}

function spread(
  design: VaryingDesign,
  { from, to, t, stride }: Window,
  slopes: number,
  out: Vector,
): void {
  const { varying, varyingColumns: v, constant, constantColumns: c } = design;
  for (let j = 0; j < v; j++) {
    const [value, slope] = [j * stride - from, (v + j) * stride - from];
    for (let i = from; i < to; i++) {
      const x = varying[i * v + j]!;
      out[value + i] = x;
      out[slope + i] = x * t[i - from]!;
    }
    if (slopes === v) continue;
    const bend = (2 * v + j) * stride - from;
    for (let i = from; i < to; i++) out[bend + i] = out[slope + i]! * t[i - from]!;
  }
  for (let j = 0; j < c; j++) {
    const at = (v + slopes + j) * stride - from;
    for (let i = from; i < to; i++) out[at + i] = constant[i * c + j]!;
  }
}
