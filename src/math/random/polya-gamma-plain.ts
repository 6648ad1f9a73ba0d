/**
 * Exact draws from the Pólya-Gamma distribution PG(1, z) = J*(1, |z|/2) / 4 by Devroye's alternating series
 * [polson2013]: what the tables of `polya-gamma.ts` are tested against, and what serves beyond them.
 */
import { fastExp } from "../exp.ts";
import { type Rng, uniform } from "../rng.ts";
import { erfcx } from "../stdlib.ts";
import { exponential } from "./exponential.ts";
import { isBelowSeriesAt, PI_SQUARED, TRUNCATION } from "./jacobi-density.ts";
import { normal } from "./normal.ts";

const ROOT_2T = Math.sqrt(2 * TRUNCATION);

/** Beyond this half |z| the right branch has probability below 1e-31, less than a uniform resolves. */
const NEVER_RIGHT = 16;

/** A draw from PG(1, z), z any finite number; NaN for NaN. Source: [polson2013], [windle2014]. */
export function polyaGammaPlain(rng: Rng, z: number): number {
  const h = 0.5 * Math.abs(z);
  if (Number.isNaN(h)) return h;
  const right = h < NEVER_RIGHT ? rightProbability(h) : 0;
  for (;;) {
    const x = right > 0 && uniform(rng) < right ? drawRight(rng, h) : drawLeft(rng, h);
    if (isBelowSeriesAt(uniform(rng), x)) return 0.25 * x;
  }
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
