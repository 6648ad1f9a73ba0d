import { type Matrix, row } from "../../src/math/matrix.ts";
import { mean, standardDeviation } from "../../src/math/moments.ts";
import { quantileSorted, sorted } from "../../src/math/order.ts";

/** What draws of a function say of it, one number a point. */
export interface CredibleBand {
  readonly mean: number[];
  readonly sd: number[];
  /** Equal-tailed intervals, each point by itself. */
  readonly lower: number[];
  readonly upper: number[];
  /** The whole function lies between these with the probability asked for. */
  readonly simultaneousLower: number[];
  readonly simultaneousUpper: number[];
  /** Half the width of the simultaneous band in sds; NaN where nothing varies. */
  readonly critical: number;
}

/**
 * Intervals and a simultaneous band: mean ± c sd, c the quantile over the draws of the largest |g(u) − mean| / sd. values:
 * points × draws, at least two draws; level: of both. Source: [ruppert2003] §6.5.
 */
export function credibleBand(values: Matrix, level: number): CredibleBand {
  const points = Array.from({ length: values.rows }, (_, g) => row(values, g));
  const means = points.map(mean);
  const sds = points.map(standardDeviation);
  const largest = new Float64Array(values.columns);
  points.forEach((draws, g) => {
    if (!(sds[g]! > 0)) return;
    for (let s = 0; s < draws.length; s++) {
      largest[s] = Math.max(largest[s]!, Math.abs(draws[s]! - means[g]!) / sds[g]!);
    }
  });
  const critical = sds.some((sd) => sd > 0) ? quantileSorted(sorted(largest), level) : Number.NaN;
  const half = (g: number): number => (sds[g]! > 0 ? critical * sds[g]! : 0);
  const tail = (1 - level) / 2;
  const ascending = points.map(sorted);
  return {
    mean: means,
    sd: sds,
    lower: ascending.map((draws) => quantileSorted(draws, tail)),
    upper: ascending.map((draws) => quantileSorted(draws, 1 - tail)),
    simultaneousLower: means.map((middle, g) => middle - half(g)),
    simultaneousUpper: means.map((middle, g) => middle + half(g)),
    critical,
  };
}
