/**
 * Exact draws from the Pólya-Gamma distribution PG(1, z) = J*(1, |z|/2) / 4 by Devroye's alternating
 * series [polson2013], with the probability of the branch from a table and every acceptance
 * decided by a squeeze first.
 */
import { fastExp } from "../exp.ts";
import type { Vector } from "../matrix.ts";
import { int32, type Rng, uniform } from "../rng.ts";
import { erfcx } from "../stdlib.ts";
import { exponential } from "./exponential.ts";
import { normal } from "./normal.ts";

/** Where the proposal changes from a tilted inverse Gaussian (left) to an exponential (right). */
const TRUNCATION = 0.64;
const ROOT_2T = Math.sqrt(2 * TRUNCATION);
const PI_SQUARED = Math.PI * Math.PI;

/** At least 2^-16 less than the least ratio of density to envelope, 1 − 3 exp(−4 / TRUNCATION). */
const ACCEPT_AT_ONCE = 0.994;

const CELLS_PER_UNIT = 16;
/** Beyond this half |z| the right branch has probability below 1e-31, less than a uniform resolves. */
const TABLE_END = 16;
/** Bound on the error of linear interpolation in the table. */
const TABLE_ERROR = 1.5e-4;
/** One random word gives 16 bits to the branch and 16 to the acceptance; more are drawn in doubt. */
const BITS_16 = 2 ** -16;

/** A draw from PG(1, z), z any finite number; NaN for NaN. Source: [polson2013], [windle2014]. */
export const polyaGamma1: (rng: Rng, z: number) => number = buildPolyaGamma();

function buildPolyaGamma(): (rng: Rng, z: number) => number {
  const rightTable: Vector = Float64Array.from(
    { length: TABLE_END * CELLS_PER_UNIT + 1 },
    (_, cell) => rightProbability(cell / CELLS_PER_UNIT),
  );

  /** Whether a uniform on (floor, floor + 2^-16) is below the probability of the right branch. */
  function isRight(rng: Rng, floor: number, h: number): boolean {
    if (h >= TABLE_END) return false;
    const position = h * CELLS_PER_UNIT;
    const cell = position | 0;
    const low = rightTable[cell]!;
    const excess = floor - low - (position - cell) * (rightTable[cell + 1]! - low);
    if (excess > TABLE_ERROR) return false;
    if (excess < -TABLE_ERROR - BITS_16) return true;
    return floor + uniform(rng) * BITS_16 < rightProbability(h);
  }

  return (rng, z) => {
    const h = 0.5 * Math.abs(z);
    if (Number.isNaN(h)) return h;
    for (;;) {
      const word = int32(rng);
      const right = isRight(rng, (word >>> 16) * BITS_16, h);
      const x = right ? drawRight(rng, h) : drawLeft(rng, h);
      const floor = (word & 0xffff) * BITS_16;
      if (floor < ACCEPT_AT_ONCE || isAccepted(rng, floor, x)) return 0.25 * x;
    }
  };
}

/**
 * Share of the right branch in the envelope of J*(1, h). The factor exp(−h² t / 2) that both
 * masses of [polson2013] have is cancelled, and Φ is written by erfcx, so nothing over- or underflows.
 */
export function rightProbability(h: number): number {
  const rate = PI_SQUARED / 8 + 0.5 * h * h;
  const right = (Math.PI / (2 * rate)) * fastExp((-PI_SQUARED / 8) * TRUNCATION);
  const th = TRUNCATION * h;
  const left = fastExp(-0.5 / TRUNCATION) * (erfcx((1 - th) / ROOT_2T) + erfcx((1 + th) / ROOT_2T));
  return right / (right + left);
}

function drawRight(rng: Rng, h: number): number {
  return TRUNCATION + exponential(rng) / (PI_SQUARED / 8 + 0.5 * h * h);
}

/** A draw from the inverse Gaussian with mean 1/h and shape 1, given that it is below TRUNCATION. */
function drawLeft(rng: Rng, h: number): number {
  return h * TRUNCATION < 1 ? drawLeftOfMean(rng, h) : drawInverseGaussian(rng, h);
}

/**
 * By rejection from 1 / N², |N| > 1 / √t, tilted by exp(−h² x / 2). What an exponential exceeds
 * a bound by is exponential again, so one decides on both factors. Source: [devroye2009].
 */
function drawLeftOfMean(rng: Rng, h: number): number {
  const halfSquare = 0.5 * h * h;
  for (;;) {
    const e = exponential(rng);
    const excess = exponential(rng) - 0.5 * TRUNCATION * e * e;
    if (excess <= 0) continue;
    const root = 1 + TRUNCATION * e;
    const x = TRUNCATION / (root * root);
    if (excess > halfSquare * x) return x;
  }
}

/** Source: [michael1976], with the smaller root written without cancellation. */
function drawInverseGaussian(rng: Rng, h: number): number {
  const mean = 1 / h;
  for (;;) {
    const n = normal(rng);
    const w = 0.5 * mean * n * n;
    const root = 1 + w + Math.sqrt(w * (2 + w));
    const x = uniform(rng) * (1 + root) > root ? mean * root : mean / root;
    if (x < TRUNCATION) return x;
  }
}

/** Whether a uniform on (floor, floor + 2^-16) is below the ratio of density to envelope at x. */
function isAccepted(rng: Rng, floor: number, x: number): boolean {
  const u = floor + uniform(rng) * BITS_16;
  return isBelowSeries(u, x > TRUNCATION ? PI_SQUARED * x : 4 / x);
}

/**
 * Whether u < Σ_n (−1)^n (2n + 1) exp(−n (n + 1) c / 2), the ratio of the density to its envelope:
 * partial sums bound the sum from above and below in turn.
 */
function isBelowSeries(u: number, c: number): boolean {
  let sum = 1;
  for (let n = 1; ; n++) {
    const term = (2 * n + 1) * fastExp(-0.5 * n * (n + 1) * c);
    if (n % 2 === 1) {
      sum -= term;
      if (u <= sum) return true;
    } else {
      sum += term;
      if (u > sum) return false;
    }
    if (term === 0) return u <= sum;
  }
}

/** Mean of PG(1, z): tanh(z/2) / (2z). */
export function polyaGammaMean(z: number): number {
  const h = 0.5 * Math.abs(z);
  return h < 1e-4 ? 0.25 - (h * h) / 12 : Math.tanh(h) / (4 * h);
}

/** Variance of PG(1, z): (sinh z − z) / (4 z³ cosh²(z/2)); 1/24 at 0. Relative error below 1e-13. */
export function polyaGammaVariance(z: number): number {
  const h = 0.5 * Math.abs(z);
  if (h > 0.1) {
    const tanh = Math.tanh(h);
    return (tanh / h - (1 - tanh * tanh)) / (16 * h * h);
  }
  // Taylor series of the same in h²: 1/16 (2/3 − 8/15 h² + …).
  const s = h * h;
  const tail = s * (1382 / 15592.5 + s * (-262128 / 6081075));
  return (2 / 3 + s * (-8 / 15 + s * (34 / 105 + s * (-496 / 2835 + tail)))) / 16;
}

/** Density of PG(1, z) at x; 0 for x ≤ 0. Relative error about 1e-14. Source: [polson2013] §2, §4. */
export function polyaGammaDensity(x: number, z: number): number {
  if (!(x > 0)) return 0;
  const h = 0.5 * Math.abs(z);
  const y = 4 * x;
  // cosh(h) exp(−h² y / 2), in one exponent.
  const tilt = 0.5 * (1 + Math.exp(-2 * h)) * Math.exp(h - 0.5 * h * h * y);
  const left = y < TRUNCATION;
  const scale = left ? (2 / (Math.PI * y)) ** 1.5 : 1;
  const rate = left ? 2 / y : 0.5 * PI_SQUARED * y;
  let sum = 0;
  for (let n = 0; n < 40; n++) {
    const odd = n + 0.5;
    sum += (n % 2 === 0 ? 1 : -1) * Math.PI * odd * scale * Math.exp(-odd * odd * rate);
  }
  return 4 * tilt * sum;
}
