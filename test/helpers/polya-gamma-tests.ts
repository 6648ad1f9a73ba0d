import { exponential } from "../../src/math/random/exponential.ts";
import { normal } from "../../src/math/random/normal.ts";
import { polyaGamma1, polyaGammas } from "../../src/math/random/polya-gamma.ts";
import {
  polyaGammaDensity,
  polyaGammaMean,
  polyaGammaVariance,
} from "../../src/math/random/polya-gamma-moments.ts";
import { type Rng, uniform } from "../../src/math/rng.ts";
import { erfcx, normalCdf } from "../../src/math/stdlib.ts";
import { integrate } from "./quadrature.ts";
import type { Evidence } from "./statistics.ts";
import { drawMany, fitTest, momentScores, pearson } from "./variates.ts";

/** What is tested: one draw from PG(1, z). */
export type PolyaGamma = (rng: Rng, z: number) => number;

/** Single draws out of arrays that `fill` fills, as long as the tilt stays the same. */
function filled(fill: (rng: Rng, z: Float64Array, out: Float64Array) => void): PolyaGamma {
  const tilts = new Float64Array(1000);
  const draws = new Float64Array(1000);
  let [of, next]: [Rng | undefined, number] = [undefined, 0];
  return (rng, z) => {
    if (rng !== of || z !== tilts[0] || next === draws.length) {
      tilts.fill(z);
      fill(rng, tilts, draws);
      [of, next] = [rng, 0];
    }
    return draws[next++]!;
  };
}

/** One |z| in each of the 128 bins, near its left edge, its middle and its right edge in turn; then beyond the tables. */
export const IN_BINS = Array.from(
  { length: 140 },
  (_, bin) => 0.25 * (bin + [0.01, 0.5, 0.99][bin % 3]!),
);

/** Both ways to draw. */
export const SAMPLERS = [
  ["single", polyaGamma1],
  ["filled in", filled(polyaGammas)],
] as const;

/** The tilts at which the moments are tested: both proposals, their border, and both sides of the table's end. */
export const TILTS = [
  0, 1e-8, 0.1, 0.5, 1, 2, 3, 3.1, 3.15, 5, 8, 10, 12, 15, 17, 20, 30, 31.9, 32.1, 40, 50,
];

/** The greatest absolute z-score of mean and variance over `tilts`, n draws each. */
export function worstMomentScore(
  sampler: PolyaGamma,
  n: number,
  tilts: readonly number[] = TILTS,
): number {
  return Math.max(
    ...tilts.map((z, k) => {
      const draws = drawMany((rng) => sampler(rng, z), n, 100 + k);
      const scores = momentScores(draws, polyaGammaMean(z), polyaGammaVariance(z));
      return Math.max(Math.abs(scores.mean), Math.abs(scores.variance));
    }),
  );
}

/** Kolmogorov's test against the distribution function, the density's series integrated numerically. */
export function polyaGammaFit(sampler: PolyaGamma, z: number, n: number): Evidence {
  const draws = drawMany((rng) => sampler(rng, z), n, 300);
  return fitTest(draws, polyaGammaCdf(z));
}

/** Narrow towards both ends, where strips are wide and a tail begins. */
const EDGES = [
  0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99,
  0.995, 0.998,
];

/** p-value of Pearson's test of n draws against the integrated density, in cells that are fine at both ends. */
export function polyaGammaTails(sampler: PolyaGamma, z: number, n: number, seed = 500): number {
  const counts = new Array<number>(EDGES.length + 1).fill(0);
  for (const u of drawMany((rng) => sampler(rng, z), n, seed).map(polyaGammaCdf(z))) {
    const above = EDGES.findIndex((edge) => u < edge);
    counts[above < 0 ? EDGES.length : above]! += 1;
  }
  return pearson(
    counts,
    counts.map((_, k) => (EDGES[k] ?? 1) - (EDGES[k - 1] ?? 0)),
  );
}

const CELLS = 2000;

/** P(X ≤ x) by Simpson's rule on cells of about 1/100 standard deviation, linear within a cell. */
export function polyaGammaCdf(z: number): (x: number) => number {
  const sd = Math.sqrt(polyaGammaVariance(z));
  // The tail decays at the rate (π² + z²) / 2.
  const end = polyaGammaMean(z) + 8 * sd + 60 / (Math.PI ** 2 + z * z);
  const width = end / CELLS;
  const cdf = new Float64Array(CELLS + 1);
  for (let cell = 0; cell < CELLS; cell++) {
    const [a, b, c] = [cell, cell + 0.5, cell + 1].map((t) => polyaGammaDensity(t * width, z));
    cdf[cell + 1] = cdf[cell]! + ((a! + 4 * b! + c!) * width) / 6;
  }
  return (x) => {
    const position = x / width;
    const cell = Math.floor(position);
    if (cell >= CELLS) return 1;
    return cdf[cell]! + (position - cell) * (cdf[cell + 1]! - cdf[cell]!);
  };
}

/** ∫ exp(−t x) p(x | z) dx by quadrature. */
export function laplaceTransform(t: number, z: number): number {
  return integrate((x) => Math.exp(-t * x) * polyaGammaDensity(x, z), 0, Number.POSITIVE_INFINITY);
}

/** What can be wrong in a Pólya-Gamma sampler. */
export interface Mistakes {
  /** Multiplies the tilt of the left proposal (right: 1). */
  readonly tilt?: number;
  /** Never proposes from the right branch. */
  readonly leftOnly?: boolean;
  /** Where the left proposal is cut (right: 0.64, where the masses and the series change). */
  readonly cut?: number;
}

const T = 0.64;

/** The sampler of [polson2013] in its plainest form, with one mistake if asked. */
export function plainPolyaGamma(mistakes: Mistakes = {}): PolyaGamma {
  const { tilt = 1, leftOnly = false, cut = T } = mistakes;
  return (rng, z) => {
    const h = 0.5 * Math.abs(z);
    const rate = Math.PI ** 2 / 8 + 0.5 * h * h;
    const right = leftOnly ? 0 : (Math.PI / (2 * rate)) * Math.exp(-rate * T);
    const left = 2 * Math.exp(-h) * inverseGaussianCdf(T, h);
    for (;;) {
      const x =
        uniform(rng) * (right + left) < right
          ? T + exponential(rng) / rate
          : truncatedInverseGaussian(rng, tilt * h, cut);
      if (isAccepted(rng, x)) return x / 4;
    }
  };
}

function isAccepted(rng: Rng, x: number): boolean {
  const c = x > T ? Math.PI ** 2 * x : 4 / x;
  const u = uniform(rng);
  let sum = 1;
  for (let n = 1; n < 30; n++) {
    sum += (n % 2 === 1 ? -1 : 1) * (2 * n + 1) * Math.exp(-0.5 * n * (n + 1) * c);
  }
  return u < sum;
}

/** P(X ≤ x) for the inverse Gaussian with mean 1/h and shape 1; e^(2h) Φ(−b) written without overflow. */
function inverseGaussianCdf(x: number, h: number): number {
  const b = (x * h + 1) / Math.sqrt(x);
  const a = (x * h - 1) / Math.sqrt(x);
  return normalCdf(a) + 0.5 * erfcx(b / Math.SQRT2) * Math.exp(-0.5 * a * a);
}

/** By plain rejection: Lévy proposals 1 / N² tilted, or the two roots of [michael1976]. */
function truncatedInverseGaussian(rng: Rng, h: number, cut: number): number {
  for (;;) {
    const n = normal(rng);
    const x = h < 1.5 ? 1 / (n * n) : inverseGaussian(rng, 1 / h, n * n);
    if (x < cut && (h >= 1.5 || uniform(rng) < Math.exp(-0.5 * h * h * x))) return x;
  }
}

function inverseGaussian(rng: Rng, mean: number, square: number): number {
  const my = mean * square;
  const root = mean + 0.5 * mean * (my - Math.sqrt(4 * my + my * my));
  return uniform(rng) * (mean + root) < mean ? root : (mean * mean) / root;
}
