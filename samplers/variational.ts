import { SamplerError } from "../src/core/errors.ts";
import type { Target } from "../src/core/target.ts";
import { adam } from "../src/math/adam.ts";
import { fastExp } from "../src/math/exp.ts";
import type { Vector } from "../src/math/matrix.ts";
import type { Rng } from "../src/math/rng.ts";
import { logGamma } from "../src/math/stdlib.ts";
import { initialize, type Start } from "./initialize.ts";
import {
  averageOver,
  type Bound,
  boundOf,
  logNormals,
  type MeanField,
  pathGradient,
} from "./mean-field.ts";
import { type Coordinates, coordinatesOf } from "./variational-coordinates.ts";
import { exchangeable, logMixtureOfCopies } from "./variational-labels.ts";

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
  /**
   * Draws of the approximation over which a bound is averaged. Default 2000; a tenth of them for
   * `mixtureBound`.
   */
  readonly evaluations?: number;
}

/**
 * The best mean-field normal approximation that was found, in the coordinates of `coordinatesOf`.
 */
export interface VariationalFit extends Bound {
  /**
   * bound + log K!: what the bound would be for the mixture of all relabelled copies of the
   * approximation if these did not overlap. Where they do, as with more components than the data
   * need, it may exceed the evidence. (K − 1)! where the gate holds a row at zero, whose component
   * cannot swap.
   */
  readonly boundWithLabels: number;
  /**
   * The bound of that mixture itself, overlap and all: below the evidence. Absent for more than 7
   * exchangeable components.
   */
  readonly mixtureBound?: Bound;
  readonly mean: Vector;
  readonly sd: Vector;
  /** The bound on the way, averaged over stretches of steps of the kept start. */
  readonly trace: Vector;
  /** What each start came to. */
  readonly restarts: readonly Bound[];
}

/**
 * A lower bound of log p(y | K): E_q(log p(y, parameters) − log q) for independent normals q on
 * unconstrained coordinates, made large by stochastic gradients. Throws a SamplerError where K is
 * random, a prior does not cover the line, or the mixture deviates from a known density. Source:
 * [kucukelbir2017]; the gradient without its score term [roeder2017].
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
  if (target.deviation !== undefined) {
    throw new SamplerError(
      "a variational bound needs a mixture alone; this one deviates from a known density. Take the evidence by sequential Monte Carlo",
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

/**
 * A start of EM, with sds from the curvature of each coordinate: where the posterior is normal, the
 * optimum.
 */
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
 * What the bound gains when q is replaced by the mixture of its copies: the mean of log q − log
 * mixture, at most log K!.
 */
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
