import type { Vector } from "../math/matrix.ts";

/** Half the width of the final bracket, in sds of the distribution. */
const TOLERANCE = 1e-9;
/** The interpolation is pulled towards the middle by this fraction of the first bracket. */
const TRUNCATION = 0.2;

/** Moments of the distributions to invert. */
interface Moments {
  readonly mean: Vector;
  readonly sd: Vector;
}

/**
 * out[i] = the p-quantile of distribution i to 1e-9 sds; `cdf` evaluates all of them at once, at y[i].
 * By Cantelli's inequality it lies within sqrt((1 − p) / p) sds below and sqrt(p / (1 − p)) above the mean.
 * NaN where moments or cdf are. Source: [oliveira2021] (interpolate, truncate, project).
 */
export function invertCdf(
  cdf: (y: Vector, out: Vector) => void,
  p: number,
  { mean, sd }: Moments,
  out: Vector,
): void {
  const at = (sds: number): Vector => mean.map((centre, i) => centre + sds * sd[i]!);
  const bracket = {
    low: at(-Math.sqrt((1 - p) / p) - TOLERANCE),
    high: at(Math.sqrt(p / (1 - p)) + TOLERANCE),
    below: new Float64Array(mean.length),
    above: new Float64Array(mean.length),
  };
  cdf(bracket.low, bracket.below);
  cdf(bracket.high, bracket.above);
  const width = Math.sqrt((1 - p) / p) + Math.sqrt(p / (1 - p)) + 2 * TOLERANCE;
  const steps = Math.ceil(Math.log2(width / (2 * TOLERANCE))) + 1;
  const value = new Float64Array(mean.length);
  for (let step = 0; step < steps; step++) {
    if (!propose(bracket, p, sd, width, TOLERANCE * 2 ** (steps - step), out)) break;
    cdf(out, value);
    narrow(bracket, p, out, value);
  }
  for (let i = 0; i < out.length; i++) out[i] = 0.5 * (bracket.low[i]! + bracket.high[i]!);
}

/** Where each quantile is known to lie, and the cdf at both ends. */
interface Bracket {
  readonly low: Vector;
  readonly high: Vector;
  readonly below: Vector;
  readonly above: Vector;
}

/** Writes the next point of every bracket; false when all of them are narrow. `reach` is in sds. */
function propose(
  { low, high, below, above }: Bracket,
  p: number,
  sd: Vector,
  width: number,
  reach: number,
  out: Vector,
): boolean {
  let open = false;
  for (let i = 0; i < out.length; i++) {
    const gap = high[i]! - low[i]!;
    const middle = low[i]! + 0.5 * gap;
    out[i] = middle;
    if (!(gap > 2 * TOLERANCE * sd[i]!)) continue;
    open = true;
    const secant = low[i]! + (gap * (p - below[i]!)) / (above[i]! - below[i]!);
    if (!(secant >= low[i]! && secant <= high[i]!)) continue;
    const towards = Math.sign(middle - secant);
    const pull = (TRUNCATION * gap * gap) / (width * sd[i]!);
    const truncated = pull <= Math.abs(middle - secant) ? secant + towards * pull : middle;
    const radius = Math.max(0, reach * sd[i]! - 0.5 * gap);
    out[i] = Math.abs(truncated - middle) <= radius ? truncated : middle - towards * radius;
  }
  return open;
}

function narrow({ low, high, below, above }: Bracket, p: number, y: Vector, value: Vector): void {
  for (let i = 0; i < y.length; i++) {
    if (value[i]! < p) {
      low[i] = y[i]!;
      below[i] = value[i]!;
    } else {
      high[i] = y[i]!;
      above[i] = value[i]!;
    }
  }
}
