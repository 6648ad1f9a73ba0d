import { fastLog } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { normal } from "../../src/math/random/normal.ts";
import { type Rng, uniform } from "../../src/math/rng.ts";
import type { Place, Surroundings } from "./place.ts";

/** Steps vary by so much either way, lest they fall in with a period of the posterior. */
const JITTER = 0.15;

/** Of the rotations: the tangent of half their angle, and how many there are. */
export interface Trajectory {
  readonly tangent: number;
  readonly steps: number;
}

/**
 * Hamiltonian moves that leave the normal reference invariant: an exact rotation of position and momentum, with kicks by
 * the gradient of the log ratio of posterior and reference. Without a kick, that is for a normal posterior, all are
 * accepted, in any dimension. A trajectory that leaves the support or the range of doubles, or ends outside the canonical
 * points, is rejected: so would be the way back.
 * Source: [beskos2011], in coordinates in which the reference is standard normal.
 */
export function hamiltonian(surroundings: Surroundings) {
  const { posterior, reference, labels } = surroundings;
  const D = reference.dimension;
  const white = new Float64Array(D);
  const momentum = new Float64Array(D);
  const point = new Float64Array(D);
  const gradient = new Float64Array(D);
  const residual = new Float64Array(D);

  function residualGradient(of: Vector): void {
    residual.set(of);
    reference.whitenGradient(residual);
    for (let j = 0; j < D; j++) residual[j] = residual[j]! + white[j]!;
  }

  function ensureGradient(place: Place): void {
    if (place.hasGradient) return;
    posterior.gradient(place.point, surroundings.base, place.gradient);
    place.hasGradient = true;
  }

  /** Runs the trajectory; the log posterior density at its end. */
  function run(kick: number, steps: number): number {
    const cosine = (1 - kick * kick) / (1 + kick * kick);
    const sine = (2 * kick) / (1 + kick * kick);
    let value = Number.NaN;
    for (let step = 0; step < steps; step++) {
      for (let j = 0; j < D; j++) {
        const v = momentum[j]! + kick * residual[j]!;
        const x = white[j]!;
        white[j] = cosine * x + sine * v;
        momentum[j] = cosine * v - sine * x;
      }
      reference.colour(white, point);
      value = posterior.gradient(point, surroundings.base, gradient);
      if (!(value > Number.NEGATIVE_INFINITY)) return Number.NEGATIVE_INFINITY;
      residualGradient(gradient);
      for (let j = 0; j < D; j++) momentum[j] = momentum[j]! + kick * residual[j]!;
    }
    return value;
  }

  return (rng: Rng, place: Place, { tangent, steps }: Trajectory): boolean => {
    const jittered = tangent * (1 + JITTER * (2 * uniform(rng) - 1));
    for (let j = 0; j < D; j++) momentum[j] = normal(rng);
    const threshold = fastLog(uniform(rng));
    ensureGradient(place);
    reference.whiten(place.point, white);
    residualGradient(place.gradient);
    const energy = place.value - 0.5 * squared(momentum);
    const value = run(jittered, steps);
    if (!(threshold < value - 0.5 * squared(momentum) - energy)) return false;
    if (!labels.isCanonical(point)) return false;
    place.point.set(point);
    place.gradient.set(gradient);
    place.value = value;
    place.squares = squared(white);
    return true;
  };
}

function squared(vector: Vector): number {
  let sum = 0;
  for (let j = 0; j < vector.length; j++) sum += vector[j]! * vector[j]!;
  return sum;
}
