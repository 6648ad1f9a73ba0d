import type { State } from "../../src/core/target.ts";
import type { Coordinates } from "./coordinates.ts";

/** The objective before, between and after two EM steps, and where the leap ended. */
export interface Leap {
  readonly heights: readonly number[];
  readonly reached: number;
}

/**
 * Two EM steps and a leap along them (step length S3), in place: the leap is kept only where it is
 * higher than the two steps. Source: [varadhan2008]
 */
export function squarem(
  coordinates: Coordinates,
  step: (state: State) => number,
  objective: (state: State) => number,
): (state: State) => Leap {
  return (state) => {
    const size = coordinates.size(state);
    const [p0, p1, p2] = [0, 1, 2].map(() => new Float64Array(size)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    coordinates.read(state, p0);
    const from = step(state);
    coordinates.read(state, p1);
    const middle = step(state);
    coordinates.read(state, p2);
    const theta = state.theta.data.slice();
    const gamma = state.gamma.data.slice();
    const lambda = state.deviation?.lambda[0];
    const plain = objective(state);
    const heights = [from, middle, plain];
    const leap = leapBetween(p0, p1, p2);
    if (leap === undefined) return { heights, reached: plain };
    coordinates.write(leap, state);
    const reached = objective(state);
    if (reached > plain) return { heights, reached };
    state.theta.data.set(theta);
    state.gamma.data.set(gamma);
    if (lambda !== undefined) state.deviation!.lambda[0] = lambda;
    return { heights, reached: plain };
  };
}

/** Where three points of a climb lead to; undefined where that is no further than the last. Source: [varadhan2008] */
export function leapBetween(
  p0: Float64Array,
  p1: Float64Array,
  p2: Float64Array,
): Float64Array | undefined {
  const length = stepLength(p0, p1, p2);
  if (!(length < -1)) return undefined;
  return p0.map((from, j) => {
    const r = p1[j]! - from;
    const v = p2[j]! - p1[j]! - r;
    return from - 2 * length * r + length * length * v;
  });
}

/** −|r| / |v|, of first and second differences. */
function stepLength(p0: Float64Array, p1: Float64Array, p2: Float64Array): number {
  let r2 = 0;
  let v2 = 0;
  for (let j = 0; j < p0.length; j++) {
    const r = p1[j]! - p0[j]!;
    const v = p2[j]! - p1[j]! - r;
    r2 += r * r;
    v2 += v * v;
  }
  return -Math.sqrt(r2 / v2);
}
