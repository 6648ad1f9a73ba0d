import type { Target } from "../src/core/target.ts";
import { type Transform, toUnconstrained } from "../src/core/transform.ts";
import { fastLog } from "../src/math/exp.ts";
import { createRng, integerBelow } from "../src/math/rng.ts";

/** Names the stream of these fits: they belong to the data, not to a chain. */
const STREAM = 0x5b1ead;
const FITS = 40;
const SMALLEST = 1e-3;

/**
 * How far apart experts are that explain different rows of these data: per unconstrained coordinate of theta, the
 * median distance from their median of experts fitted to a few random rows each. Depends on the data alone.
 */
export function expertSpreads({ n, expert }: Target, maps: readonly Transform[]): Float64Array {
  const d = expert.dimension;
  const spreads = new Float64Array(d).fill(1);
  if (n === 0) return spreads;
  const rng = createRng(STREAM);
  const size = Math.min(n, 3 * d);
  const weight = new Float64Array(size).fill(1);
  const fits = Array.from({ length: FITS }, () => {
    const theta = new Float64Array(d);
    expert.samplePrior(rng, theta);
    const rows = Int32Array.from({ length: size }, () => integerBelow(rng, n));
    expert.maximize(theta, { rows, weight }, 1);
    toUnconstrained(maps, theta, theta);
    return theta;
  });
  for (let j = 0; j < d; j++) {
    const values = fits.map((theta) => theta[j]!).filter(Number.isFinite);
    const centre = median(values);
    const distance = median(values.map((value) => Math.abs(value - centre)));
    spreads[j] = Math.max(SMALLEST, Number.isFinite(distance) ? 1.5 * distance : 1);
  }
  return spreads;
}

/** The spread of the gate's coefficients a priori, from draws of it. */
export function gateSpreads({ gate }: Target): Float64Array {
  const q = gate.dimension;
  const rng = createRng(STREAM, 1);
  const draws = Array.from({ length: FITS * 5 }, () => {
    const gamma = new Float64Array(q);
    gate.samplePrior(rng, gamma);
    return gamma;
  });
  return Float64Array.from({ length: q }, (_, j) => {
    const values = draws.map((gamma) => gamma[j]!);
    const centre = median(values);
    return Math.max(SMALLEST, 1.5 * median(values.map((value) => Math.abs(value - centre))));
  });
}

function median(values: number[]): number {
  const ascending = values.sort((a, b) => a - b);
  return ascending[ascending.length >> 1] ?? Number.NaN;
}

/** Log density of N(0, sd²). */
export function logNormal(x: number, sd: number): number {
  return -0.5 * (x / sd) ** 2 - fastLog(sd) - HALF_LOG_2PI;
}

const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);
