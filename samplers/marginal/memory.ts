import type { PointLayout } from "../../src/core/marginal-derivatives.ts";
import { type Matrix, matrix, type Vector } from "../../src/math/matrix.ts";
import { traitsOf } from "./labels.ts";

/** States of the pilot that are kept. */
export const PILOT_STATES = 64;

/** Where the kernel is in its life. */
export const PHASE = { pilot: 0, learning: 1, frozen: 2 } as const;

/** Why a kind of move is not used; 0 where it is. */
export const REASON = {
  none: 0,
  noWarmup: 1,
  noMode: 2,
  rarelyAccepted: 3,
  stuck: 4,
  leftBehind: 5,
  noReference: 6,
  rejected: 7,
} as const;

/** Names of the numbers at the head of the memory. */
const HEAD = [
  "phase",
  "attempts",
  /** Gibbs sweeps since the pilot began. */
  "sweeps",
  "hasReference",
  "independence",
  "independenceReason",
  "accepted",
  "stuck",
  "hamiltonian",
  "hamiltonianReason",
  "tangent",
  "steps",
  /** Rounds of tuning done, and counts in the present one. */
  "rounds",
  "tried",
  "taken",
  /** Acceptance of Hamiltonian moves in the last round. */
  "rate",
  "windowTried",
  "windowTaken",
  /** Pilot states kept so far. */
  "kept",
] as const;

export type Head = (typeof HEAD)[number];

/** All that the kernel has learned, in one vector that checkpoints keep; the parts are views. */
export interface Memory {
  readonly data: Vector;
  get(name: Head): number;
  set(name: Head, value: number): void;
  readonly mean: Vector;
  /** Lower Cholesky factor of the precision, D × D. */
  readonly factor: Vector;
  /** Where components are told apart: K × traits, and one over the variance of each trait. */
  readonly places: Matrix;
  readonly inverse: Vector;
  /** Points of the pilot, in the order of the states' own components. */
  readonly pilot: readonly Vector[];
}

/** How many numbers the memory of points with a layout has. */
export const memoryLength = (layout: PointLayout): number =>
  sizesOf(layout).reduce((sum, size) => sum + size, 0);

function sizesOf(layout: PointLayout): number[] {
  const { dimension: D, components: K } = layout;
  const traits = traitsOf(layout);
  return [HEAD.length, D, D * D, K * traits, traits, PILOT_STATES * D];
}

/** A memory in these numbers. */
export function createMemory(
  layout: PointLayout,
  data: Vector = new Float64Array(memoryLength(layout)),
): Memory {
  const { dimension: D, components: K } = layout;
  const traits = traitsOf(layout);
  const sizes = sizesOf(layout);
  let from = 0;
  const [head, mean, factor, places, inverse, pilot] = sizes.map((size) => {
    from += size;
    return data.subarray(from - size, from);
  }) as [Vector, Vector, Vector, Vector, Vector, Vector];
  const index = Object.fromEntries(HEAD.map((name, at) => [name, at])) as Record<Head, number>;
  return {
    data,
    get: (name) => head[index[name]]!,
    set(name, value) {
      head[index[name]] = value;
    },
    mean,
    factor,
    places: matrix(K, traits, places),
    inverse,
    pilot: Array.from({ length: PILOT_STATES }, (_, s) => pilot.subarray(s * D, (s + 1) * D)),
  };
}
