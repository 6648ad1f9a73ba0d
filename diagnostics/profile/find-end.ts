import type { Vector } from "../../src/math/matrix.ts";
import type { ConstrainedMaximum } from "./constrained-maximum.ts";

/** Why an end is not where the profile crosses. */
export type EndReason = "unbounded" | "not-unimodal" | "higher-likelihood" | "no-convergence";

/** A profile log-likelihood, one direction of it. */
export interface Profile {
  readonly origin: ConstrainedMaximum;
  readonly maximize: (t: number, start: Vector) => ConstrainedMaximum | undefined;
  /** What coordinates are measured by. */
  readonly scale: Vector;
  /** Standard error of t: the length of the first steps. */
  readonly se: number;
}

/** Of √(2 · fall of the log-likelihood). */
const TOLERANCE = 1e-7;
const RISE = 1e-6;
const MOST_STEPS = 200;
const MOST_HALVINGS = 8;
/** Where twice the distance brings less than this share of what lacks, twice in a row, the profile is flat. */
const FLAT = 1e-3;
const FLAT_DOUBLINGS = 2;
/** How far the maximum may lie from where it is expected, in units of the scale, beyond the step itself. */
const SURPRISE = 0.5;

/** A point of the profile: root is √(2 · fall), rate its derivative by distance from the maximum. */
interface Place {
  readonly at: ConstrainedMaximum;
  readonly distance: number;
  readonly root: number;
  readonly rate: number;
}

/**
 * Where the root of a profile, walked from its maximum in one direction (±1), reaches z: steps that
 * follow the maximum and are halved where it is not found close to where it is expected, then
 * Newton's method within a bracket. The t there (±Infinity where the profile levels off), or why not.
 */
export function findEnd(profile: Profile, direction: 1 | -1, z: number): number | EndReason {
  const move = mover(profile, direction);
  const { origin, se } = profile;
  let inside: Place = { at: origin, distance: 0, root: 0, rate: 1 / se };
  let step = (z * se) / 2;
  const levelsOff = flatness(z);
  for (let count = 0; count < MOST_STEPS; count++) {
    const next = approach(move, inside, step);
    if (typeof next === "string") return next;
    if (next.root >= z) return cross(move, inside, next, z, direction);
    if (next.root < inside.root - RISE) return "not-unimodal";
    if (levelsOff(inside, next)) return direction * Number.POSITIVE_INFINITY;
    inside = next;
    const wanted = (1.1 * (z - next.root)) / next.rate;
    step = wanted > 0 ? Math.min(wanted, next.distance) : next.distance;
  }
  return "no-convergence";
}

/** Whether steps that double the distance no longer bring the root closer to z, asked step by step. */
function flatness(z: number) {
  let count = 0;
  return (before: Place, now: Place): boolean => {
    if (now.distance < 2 * before.distance) return false;
    count = now.root - before.root < FLAT * (z - now.root) ? count + 1 : 0;
    return count === FLAT_DOUBLINGS;
  };
}

type Move = (from: Place, distance: number) => Place | EndReason;

/** A step from a place to a distance; no step where the maximum is not near where it is expected. */
function mover({ origin, maximize, scale }: Profile, direction: 1 | -1): Move {
  const expected = new Float64Array(scale.length);
  return (from, distance) => {
    const t = origin.t + direction * distance;
    const by = t - from.at.t;
    expected.set(from.at.point);
    for (let j = 0; j < expected.length; j++) expected[j] = expected[j]! + by * from.at.tangent[j]!;
    const at = maximize(t, expected);
    if (at === undefined) return "no-convergence";
    const surprise = lengthOf(at.point, expected, scale);
    if (surprise > SURPRISE + lengthOf(expected, from.at.point, scale)) return "no-convergence";
    const fall = origin.height - at.height;
    if (fall < -RISE) return "higher-likelihood";
    const root = Math.sqrt(2 * Math.max(0, fall));
    return { at, distance, root, rate: (-direction * at.slope) / root };
  };
}

/** The longest step that succeeds: the whole, or halved a few times. */
function approach(move: Move, from: Place, step: number): Place | EndReason {
  let reason: EndReason = "no-convergence";
  for (let halving = 0; halving < MOST_HALVINGS; halving++) {
    const next = move(from, from.distance + step / 2 ** halving);
    if (typeof next !== "string") return next;
    reason = next;
  }
  return reason;
}

/** Newton's method for root = z between two places, by halves where it leaves them. */
function cross(move: Move, low: Place, high: Place, z: number, direction: 1 | -1) {
  let [inside, outside] = [low, high];
  let last = outside;
  for (let count = 0; count < MOST_STEPS; count++) {
    const newton = last.distance + (z - last.root) / last.rate;
    if (Math.abs(last.root - z) < TOLERANCE)
      return last.at.t + direction * (newton - last.distance);
    const between = newton > inside.distance && newton < outside.distance;
    const next = move(last, between ? newton : (inside.distance + outside.distance) / 2);
    if (typeof next === "string") return next;
    if (next.root < inside.root - RISE || next.root > outside.root + RISE) return "not-unimodal";
    if (next.root >= z) outside = next;
    else inside = next;
    last = next;
  }
  return "no-convergence";
}

/** The largest difference, in units of the scale. */
function lengthOf(a: Vector, b: Vector, scale: Vector): number {
  let most = 0;
  for (let j = 0; j < a.length; j++) most = Math.max(most, Math.abs(a[j]! - b[j]!) / scale[j]!);
  return most;
}
