import { SamplerError } from "../src/core/errors.ts";
import type { Target } from "../src/core/target.ts";
import { adam } from "../src/math/adam.ts";
import { fastExp, fastLog } from "../src/math/exp.ts";
import type { Vector } from "../src/math/matrix.ts";
import { mean, variance } from "../src/math/moments.ts";
import { normal } from "../src/math/random/normal.ts";
import type { Rng } from "../src/math/rng.ts";
import { logGamma } from "../src/math/stdlib.ts";
import { initialize, type Start } from "./initialize.ts";
import { type Coordinates, coordinatesOf } from "./variational-coordinates.ts";
import { exchangeable, logMixtureOfCopies } from "./variational-labels.ts";

const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);
const STARTS: readonly Start[] = ["em", "kmeans", "random"];
/** Antithetic pairs of draws a gradient is averaged over. */
const PAIRS = 2;
/** Sizes of steps in units of the starting sd, first and last; they shrink geometrically. */
const FIRST_RATE = 0.1;
const LAST_RATE = 0.002;
/** Where the curvature gives no sd. */
const DEFAULT_SD = 0.3;
const LARGEST_SD = 1;
const CURVATURE_STEP = 1e-4;
const STRETCHES = 20;

export interface VariationalOptions {
  /** Starts tried; the best is kept. Default 6. */
  readonly restarts?: number;
  /** Gradient steps a start. Default 1500. */
  readonly steps?: number;
  /** Draws of the approximation over which a bound is averaged. Default 2000; a tenth of them for `mixtureBound`. */
  readonly evaluations?: number;
}

/** A bound with its Monte Carlo standard error. */
export interface Bound {
  readonly bound: number;
  readonly se: number;
}

/** The best mean-field normal approximation that was found, in the coordinates of `coordinatesOf`. */
export interface VariationalFit extends Bound {
  /**
   * bound + log K!: what the bound would be for the mixture of all relabelled copies of the approximation if these did not
   * overlap. Where they do, as with more components than the data need, it may exceed the evidence. (K − 1)! where the gate
   * holds a row at zero, whose component cannot swap.
   */
  readonly boundWithLabels: number;
  /** The bound of that mixture itself, overlap and all: below the evidence. Absent for more than 7 exchangeable components. */
  readonly mixtureBound?: Bound;
  readonly mean: Vector;
  readonly sd: Vector;
  /** The bound on the way, averaged over stretches of steps of the kept start. */
  readonly trace: Vector;
  /** What each start came to. */
  readonly restarts: readonly Bound[];
}

/**
 * A lower bound of log p(y | K): E_q(log p(y, parameters) − log q) for independent normals q on unconstrained coordinates,
 * made large by stochastic gradients. Throws a SamplerError where K is random or a prior does not cover the line.
 * Source: [kucukelbir2017]; the gradient without its score term [roeder2017].
 */
export function variationalBound(
  rng: Rng,
  target: Target,
  options: VariationalOptions = {},
): VariationalFit {
  const { restarts = 6, steps = 1500, evaluations = 2000 } = options;
  const K = target.components;
  if (typeof K !== "number") {
    throw new SamplerError(
      "a variational bound needs a fixed number of components; the model has a prior on it. Bound each number by itself",
    );
  }
  const coordinates = coordinatesOf(target, K);
  const tried = Array.from({ length: restarts }, (_, attempt) => {
    const q = startingPoint(rng, target, coordinates, STARTS[attempt % STARTS.length]!);
    const trace = climb(rng, coordinates, q, steps);
    return { q, trace, ...boundOf(rng, coordinates, q, evaluations) };
  });
  const best = tried.reduce((a, b) => (b.bound > a.bound ? b : a));
  // Drawn anew: the largest of several estimates is too large.
  const { bound, se } = boundOf(rng, coordinates, best.q, evaluations);
  const gain = gainOfCopies(
    rng,
    target,
    coordinates,
    best.q,
    Math.max(2, Math.ceil(evaluations / 10)),
  );
  return {
    bound,
    se,
    boundWithLabels: bound + logGamma(exchangeable(target) + 1),
    ...(gain && { mixtureBound: { bound: bound + gain.bound, se: Math.hypot(se, gain.se) } }),
    mean: best.q.mean,
    sd: best.q.sd,
    trace: best.trace,
    restarts: tried.map((fit) => ({ bound: fit.bound, se: fit.se })),
  };
}

/** Independent normals. */
interface MeanField {
  readonly mean: Vector;
  readonly sd: Vector;
}

/** A start of EM, with sds from the curvature of each coordinate: where the posterior is normal, the optimum. */
function startingPoint(
  rng: Rng,
  target: Target,
  coordinates: Coordinates,
  start: Start,
): MeanField {
  const { dimension, logDensity } = coordinates;
  const centre = new Float64Array(dimension);
  coordinates.fromState(initialize(rng, target, start), centre);
  const sd = new Float64Array(dimension);
  const above = new Float64Array(dimension);
  const below = new Float64Array(dimension);
  const point = centre.slice();
  for (let j = 0; j < dimension; j++) {
    point[j] = centre[j]! + CURVATURE_STEP;
    logDensity(point, above);
    point[j] = centre[j]! - CURVATURE_STEP;
    logDensity(point, below);
    point[j] = centre[j]!;
    const precision = (below[j]! - above[j]!) / (2 * CURVATURE_STEP);
    sd[j] = precision > 0 ? Math.min(LARGEST_SD, 1 / Math.sqrt(precision)) : DEFAULT_SD;
  }
  return { mean: centre, sd };
}

/** Improves q in place; returns the bound along the way. */
function climb(rng: Rng, coordinates: Coordinates, q: MeanField, steps: number): Vector {
  const { dimension } = coordinates;
  // In units of the starting sd: shifts of the means, then logs of what the sds are multiplied by.
  const point = new Float64Array(2 * dimension);
  const gradient = new Float64Array(2 * dimension);
  const ascend = adam(2 * dimension);
  const start = { mean: q.mean.slice(), sd: q.sd.slice() };
  const sampler = pathGradient(rng, coordinates);
  const trace = new Float64Array(Math.min(STRETCHES, steps));
  const counts = new Float64Array(trace.length);
  for (let step = 0; step < steps; step++) {
    const stretch = Math.floor((step * trace.length) / steps);
    gradient.fill(0);
    for (let pair = 0; pair < PAIRS; pair++) trace[stretch]! += sampler(q, start.sd, gradient);
    counts[stretch]! += PAIRS;
    ascend(point, gradient, FIRST_RATE * (LAST_RATE / FIRST_RATE) ** (step / steps));
    for (let j = 0; j < dimension; j++) {
      q.mean[j] = start.mean[j]! + start.sd[j]! * point[j]!;
      q.sd[j] = start.sd[j]! * fastExp(point[dimension + j]!);
    }
  }
  return trace.map((sum, stretch) => sum / counts[stretch]!);
}

/**
 * A function that adds the gradient of log p − log q at an antithetic pair of draws of q along their paths, with respect to
 * shifts of the means in units of `scale` and to the logs of the sds; returns the mean of log p − log q there.
 */
function pathGradient(rng: Rng, { dimension, logDensity }: Coordinates) {
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
function boundOf(
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

/** What the bound gains when q is replaced by the mixture of its copies: the mean of log q − log mixture, at most log K!. */
function gainOfCopies(
  rng: Rng,
  target: Target,
  coordinates: Coordinates,
  q: MeanField,
  evaluations: number,
): Bound | undefined {
  const logQ = (point: Vector) => logNormals(point, q);
  const logMixture = logMixtureOfCopies(target, coordinates, logQ);
  if (logMixture === undefined) return undefined;
  return averageOver(rng, q, evaluations, (draw) => logQ(draw) - logMixture(draw));
}

function averageOver(
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
function logNormals(point: Vector, { mean: centre, sd }: MeanField): number {
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
