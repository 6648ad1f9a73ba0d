import { fastExp, fastLog } from "../exp.ts";
import { type Rng, uniform } from "../rng.ts";
import { exponential } from "./exponential.ts";
import { normal } from "./normal.ts";

/** The least value that `gamma` returns; a smaller draw (its shape is tiny) is returned as this. */
const LEAST = 2 ** -1022;

/** The constant of the squeeze of [marsaglia2000b], which decides nearly all draws without a logarithm. */
const MARSAGLIA_SQUEEZE = 0.0331;

/**
 * A draw from Gamma(shape, rate 1); never 0. NaN unless shape > 0.
 * With a tiny shape most draws are below every double: use `logGammaVariate`. Source: [marsaglia2000b].
 */
export function gamma(rng: Rng, shape: number): number {
  if (shape >= 1) return gammaFromOne(rng, shape);
  return Math.max(LEAST, fastExp(logGammaVariate(rng, shape)));
}

/** The logarithm of a draw from Gamma(shape, rate 1), exact for tiny shapes too. NaN unless shape > 0. */
export function logGammaVariate(rng: Rng, shape: number): number {
  if (shape >= 1) return fastLog(gammaFromOne(rng, shape));
  if (!(shape > 0)) return Number.NaN;
  // If G ~ Gamma(shape + 1) and U is uniform, then G U^(1/shape) ~ Gamma(shape).
  return fastLog(gammaFromOne(rng, shape + 1)) - exponential(rng) / shape;
}

function gammaFromOne(rng: Rng, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(rng);
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    const u = uniform(rng);
    const x2 = x * x;
    if (u < 1 - MARSAGLIA_SQUEEZE * x2 * x2) return d * v;
    if (fastLog(u) < 0.5 * x2 + d * (1 - v + fastLog(v))) return d * v;
  }
}
