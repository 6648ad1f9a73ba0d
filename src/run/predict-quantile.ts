import type { Vector } from "../math/matrix.ts";
import { normalQuantile } from "../math/stdlib.ts";

/** How far the last step may be from none, in sds of the distribution. */
const TOLERANCE = 1e-9;
/** Enough to halve the first bracket to the tolerance where Newton's steps never help. */
const MOST_STEPS = 100;

/** Moments of the distributions to invert. */
interface Moments {
  readonly mean: Vector;
  readonly sd: Vector;
}

/** Evaluates all distributions at once, at y[i]: their cdfs and densities. */
export type Evaluate = (y: Vector, cdf: Vector, density: Vector) => void;

/**
 * out[i] = the p-quantile of distribution i, to 1e-9 sds; NaN where its moments or cdf are. Newton's method within a
 * bracket that shrinks: by Cantelli's inequality the quantile lies within sqrt((1 − p) / p) sds below the mean and
 * sqrt(p / (1 − p)) above.
 */
export function invertCdf(evaluate: Evaluate, p: number, { mean, sd }: Moments, out: Vector): void {
  const n = out.length;
  const low = mean.map((centre, i) => centre - (Math.sqrt((1 - p) / p) + TOLERANCE) * sd[i]!);
  const high = mean.map((centre, i) => centre + (Math.sqrt(p / (1 - p)) + TOLERANCE) * sd[i]!);
  const cdf = new Float64Array(n);
  const density = new Float64Array(n);
  const start = normalQuantile(p);
  for (let i = 0; i < n; i++) {
    out[i] = Math.min(Math.max(mean[i]! + start * sd[i]!, low[i]!), high[i]!);
  }
  for (let step = 0; step < MOST_STEPS; step++) {
    evaluate(out, cdf, density);
    let largest = 0;
    for (let i = 0; i < n; i++) {
      const y = out[i]!;
      if (cdf[i]! < p) low[i] = y;
      else high[i] = y;
      const newton = y + (p - cdf[i]!) / density[i]!;
      const inside = newton >= low[i]! && newton <= high[i]!;
      out[i] = inside ? newton : 0.5 * (low[i]! + high[i]!);
      largest = Math.max(largest, Math.abs(out[i]! - y) / sd[i]! || 0);
    }
    if (largest < TOLERANCE) return;
  }
}

/**
 * out[i] = the p-quantile of a distribution on 0, 1, 2, …: the smallest whole number whose cdf is at least p; NaN where
 * its moments are. Bisection within the same bracket.
 */
export function invertCountCdf(
  evaluate: Evaluate,
  p: number,
  { mean, sd }: Moments,
  out: Vector,
): void {
  // low is below the quantile; high is not.
  const low = mean.map((centre, i) =>
    Math.max(-1, Math.floor(centre - Math.sqrt((1 - p) / p) * sd[i]!) - 1),
  );
  const high = mean.map((centre, i) => Math.ceil(centre + Math.sqrt(p / (1 - p)) * sd[i]!) + 1);
  const cdf = new Float64Array(out.length);
  const mass = new Float64Array(out.length);
  const isOpen = (value: number, i: number): boolean => high[i]! - value > 1;
  for (let step = 0; step < MOST_STEPS && low.some(isOpen); step++) {
    for (let i = 0; i < out.length; i++) out[i] = Math.floor(0.5 * (low[i]! + high[i]!));
    evaluate(out, cdf, mass);
    for (let i = 0; i < out.length; i++) {
      // Where the two have met, the middle is the lower one and nothing changes.
      if (cdf[i]! < p) low[i] = out[i]!;
      else if (high[i]! - low[i]! > 1) high[i] = out[i]!;
    }
  }
  out.set(high);
}
