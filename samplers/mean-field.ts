import { SamplerError } from "../src/core/errors.ts";
import { fastLog } from "../src/math/exp.ts";
import type { Vector } from "../src/math/matrix.ts";
import { mean, variance } from "../src/math/moments.ts";
import { normal } from "../src/math/random/normal.ts";
import type { Rng } from "../src/math/rng.ts";
import type { Coordinates } from "./variational-coordinates.ts";

const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);

/** Independent normals. */
export interface MeanField {
  readonly mean: Vector;
  readonly sd: Vector;
}

/** A bound with its Monte Carlo standard error. */
export interface Bound {
  readonly bound: number;
  readonly se: number;
}

/**
 * A function that adds the gradient of log p − log q at an antithetic pair of draws of q along
 * their paths, with respect to shifts of the means in units of `scale` and to the logs of the sds;
 * returns the mean of log p − log q there.
 */
export function pathGradient(rng: Rng, { dimension, logDensity }: Coordinates) {
  const noise = new Float64Array(dimension);
  const draw = new Float64Array(dimension);
  const slope = new Float64Array(dimension);
  return (q: MeanField, scale: Vector, out: Vector): number => {
    const { mean: centre, sd } = q;
    for (let j = 0; j < dimension; j++) noise[j] = normal(rng);
    let total = 0;
    for (const sign of [1, -1]) {
      for (let j = 0; j < dimension; j++) draw[j] = centre[j]! + sign * sd[j]! * noise[j]!;
      total += checked(logDensity(draw, slope)) - logNormals(draw, q);
      for (let j = 0; j < dimension; j++) {
        const z = sign * noise[j]!;
        const along = slope[j]! + z / sd[j]!;
        out[j] = out[j]! + 0.5 * along * scale[j]!;
        out[dimension + j] = out[dimension + j]! + 0.5 * along * sd[j]! * z;
      }
    }
    return total / 2;
  };
}

/** The mean of log p − log q over draws of q. */
export function boundOf(
  rng: Rng,
  { dimension, logDensity }: Coordinates,
  q: MeanField,
  evaluations: number,
): Bound {
  const slope = new Float64Array(dimension);
  return averageOver(rng, q, evaluations, (draw) => {
    return checked(logDensity(draw, slope)) - logNormals(draw, q);
  });
}

/** The mean of a function of draws of q. */
export function averageOver(
  rng: Rng,
  q: MeanField,
  evaluations: number,
  value: (draw: Vector) => number,
): Bound {
  const draw = new Float64Array(q.mean.length);
  const values = new Float64Array(evaluations);
  for (let s = 0; s < evaluations; s++) {
    for (let j = 0; j < draw.length; j++) draw[j] = q.mean[j]! + q.sd[j]! * normal(rng);
    values[s] = value(draw);
  }
  return { bound: mean(values), se: Math.sqrt(variance(values) / evaluations) };
}

/** Log density of independent normals. */
export function logNormals(point: Vector, { mean: centre, sd }: MeanField): number {
  let total = 0;
  for (let j = 0; j < point.length; j++) {
    const z = (point[j]! - centre[j]!) / sd[j]!;
    total -= HALF_LOG_2PI + fastLog(sd[j]!) + 0.5 * z * z;
  }
  return total;
}

function checked(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new SamplerError(
    `the log density must be finite wherever a normal approximation may draw; found ${value}. ` +
      "Use priors that cover the whole range of their parameters (no uniform ones)",
    { value },
  );
}
