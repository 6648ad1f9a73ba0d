import { createRng, type Rng } from "../../src/math/rng.ts";

/** Beyond this a z-score has probability 7e-6: with a few hundred a file, a false alarm once in a thousand seeds. */
export const FAR = 4.5;

/** A parameter vector and the two functions that must speak of the same distribution. */
export interface Prior {
  readonly dimension: number;
  logDensity(point: Float64Array): number;
  sample(rng: Rng, point: Float64Array): void;
}

const DRAWS = 20_000;

/**
 * Whether draws have the density claimed, its constant included: over a box inside the support, the mean of
 * 1(box) / (volume · density) is 1. Returns a z-score for each orthant around the medians.
 */
export function boxScores(prior: Prior, seed: number): number[] {
  const { dimension } = prior;
  const pilot = drawsOf(prior, createRng(seed, 1), 2000);
  const edges = Array.from({ length: dimension }, (_, j) => {
    const sorted = pilot.map((point) => point[j]!).sort((a, b) => a - b);
    return [0.05, 0.5, 0.95].map((p) => sorted[Math.floor(p * sorted.length)]!);
  });
  const draws = drawsOf(prior, createRng(seed, 2), DRAWS);
  return Array.from({ length: 2 ** dimension }, (_, orthant) => {
    const box = edges.map((edge, j) => edge.slice((orthant >> j) & 1, ((orthant >> j) & 1) + 2));
    const volume = box.reduce((total, [from, to]) => total * (to! - from!), 1);
    const ratios = draws.map((point) =>
      box.every(([from, to], j) => point[j]! >= from! && point[j]! < to!)
        ? Math.exp(-prior.logDensity(point)) / volume
        : 0,
    );
    return zScore(ratios, 1);
  });
}

function drawsOf({ dimension, sample }: Prior, rng: Rng, count: number): Float64Array[] {
  return Array.from({ length: count }, () => {
    const point = new Float64Array(dimension);
    sample(rng, point);
    return point;
  });
}

/** (mean − expected) in standard errors; 0 where the values are all as expected. */
export function zScore(values: readonly number[], expected: number): number {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  const error = Math.sqrt(squares / (values.length - 1) / values.length);
  return mean === expected ? 0 : (mean - expected) / error;
}

/**
 * How much higher the function is a little way off, in any coordinate, than at the point: not above 0 at a maximum.
 * A step is 1e-4 of the width of the peak, so that a maximum missed by more than half of that is found out.
 */
export function gainNearby(
  objective: (point: Float64Array) => number,
  point: Float64Array,
): number {
  const top = objective(point);
  const gains = Array.from(point, (value, j) => {
    const at = (x: number) => {
      const moved = point.slice();
      moved[j] = x;
      return objective(moved);
    };
    const step = 1e-4 * peakWidth(at, value);
    return Math.max(at(value + step), at(value - step)) - top;
  });
  return Math.max(...gains);
}

/** 1 / √−f'' by central differences; where the prior ends close by, the distance tried. */
function peakWidth(f: (x: number) => number, x: number): number {
  const h = 1e-3 * Math.max(Math.abs(x), 1e-3);
  const bend = (2 * f(x) - f(x + h) - f(x - h)) / (h * h);
  return bend > 0 && Number.isFinite(bend) ? 1 / Math.sqrt(bend) : h;
}
