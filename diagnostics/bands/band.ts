import type { InfluencePath } from "../../src/core/influence.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { betaQuantile, normalCdf, normalQuantile } from "../../src/math/stdlib.ts";
import { freedomOf, squares } from "./paths.ts";

/** An interval at every grid point, and a band that holds the whole curve, on the scale of the influences. */
export interface BandLimits {
  readonly se: Vector;
  /** Degrees of freedom of each standard error; what it is worth as an estimate of the standard deviation. */
  readonly freedom: Vector;
  readonly lower: Vector;
  readonly upper: Vector;
  readonly simultaneousLower: Vector;
  readonly simultaneousUpper: Vector;
}

/** Fewer degrees of freedom are taken for these: below, a t distribution has no variance. */
const LEAST_FREEDOM = 3;

/**
 * Limits around `centre` at each grid point. Quantiles of the normal distribution are replaced by those of a t
 * distribution with the same tail, whose degrees of freedom are those of the sum of squares that the variance is.
 */
export function bandLimits(
  centre: Vector,
  path: InfluencePath,
  { level, critical, student }: { level: number; critical: number; student: boolean },
): BandLimits {
  const se = Float64Array.from(path, ({ values }) =>
    values.length === 0 ? Number.NaN : Math.sqrt(squares(values)),
  );
  const freedom = Float64Array.from(path, ({ values }) =>
    Math.max(LEAST_FREEDOM, freedomOf(values)),
  );
  const half = (z: number): Vector =>
    se.map((value, g) => value * (student ? studentized(z, freedom[g]!) : z));
  const [within, whole] = [half(normalQuantile(0.5 + 0.5 * level)), half(critical)];
  return {
    ...{ se, freedom },
    lower: centre.map((value, g) => value - within[g]!),
    upper: centre.map((value, g) => value + within[g]!),
    simultaneousLower: centre.map((value, g) => value - whole[g]!),
    simultaneousUpper: centre.map((value, g) => value + whole[g]!),
  };
}

/** What a t variable exceeds as rarely as a normal one exceeds z. */
export function studentized(z: number, freedom: number): number {
  if (Number.isNaN(z) || Number.isNaN(freedom)) return Number.NaN;
  if (freedom === Number.POSITIVE_INFINITY) return z;
  const share = betaQuantile(2 * normalCdf(-Math.abs(z)), 0.5 * freedom, 0.5);
  return Math.sign(z) * Math.sqrt((freedom * (1 - share)) / share);
}
