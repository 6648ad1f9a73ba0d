import type { Info } from "../../src/core/kernel.ts";
import { chartOf } from "../../src/core/marginal-chart.ts";
import type { PointLayout } from "../../src/core/marginal-derivatives.ts";
import type { MarginalPosterior } from "../../src/core/marginal-posterior.ts";
import type { State, Target } from "../../src/core/target.ts";
import type { Vector } from "../../src/math/matrix.ts";
import type { Rng } from "../../src/math/rng.ts";
import { hamiltonian, type Trajectory } from "./hamiltonian.ts";
import { independence } from "./independence.ts";
import { keptLikelihood } from "./kept-likelihood.ts";
import { labelsAt } from "./labels.ts";
import type { Memory } from "./memory.ts";
import { emptyPlace, type Surroundings } from "./place.ts";
import { reference } from "./reference.ts";
import { count, renumbering } from "./renumbering.ts";

/** What to do in one visit to the space without allocations. */
export interface Visit {
  readonly independence: number;
  /** Absent: none. */
  readonly trajectory?: Trajectory;
}

/** What proposals come from, and which numbering of components they are made in. */
export type Guides = Pick<Surroundings, "reference" | "labels">;

/** The guides that a memory holds, and will hold when it is rewritten. */
export function guidesIn(layout: PointLayout, memory: Memory): Guides {
  return {
    reference: reference(memory.mean, memory.factor),
    labels: labelsAt(layout, memory.places, memory.inverse),
  };
}

/**
 * Moves of theta and gamma that leave their posterior invariant, allocations summed out, whatever the guides; after them allocations must be drawn.
 */
export function referenceMoves(
  target: Target,
  posterior: MarginalPosterior,
  { reference, labels }: Guides,
) {
  const { layout } = posterior;
  const K = layout.components;
  const chart = chartOf(target, layout);
  const surroundings: Surroundings = { posterior, reference, labels, base: K - 1 };
  const jump = independence(surroundings);
  const glide = hamiltonian(surroundings);
  const place = emptyPlace(layout.dimension);
  const white = new Float64Array(layout.dimension);
  const order = new Int32Array(K);
  const own = new Float64Array(layout.dimension);
  const renumber = renumbering(target, posterior);
  const known = keptLikelihood(target, posterior);
  const identity = Int32Array.from({ length: K }, (_, k) => k);

  function enter(state: State): void {
    chart.read(state, identity, own);
    const logLikelihood = known.at(own);
    surroundings.labels.order(own, order);
    chart.read(state, order, place.point);
    surroundings.base = chart.base(order);
    place.value = logLikelihood + posterior.logPrior(place.point, surroundings.base);
    place.squares = surroundings.reference.whiten(place.point, white);
    place.hasGradient = false;
  }

  return {
    /** Writes the state's point, components in its own order. */
    write: (state: State, point: Vector): void => chart.read(state, identity, point),

    /** Draws allocations given the parameters; info as of the move `allocate`. */
    allocate(rng: Rng, state: State, info: Info): void {
      chart.read(state, identity, own);
      known.keep(own, posterior.allocate(rng, own, state.z, info));
    },

    /** Moves the state and renumbers its components, both in place. */
    visit(rng: Rng, state: State, { independence, trajectory }: Visit, info: Info): void {
      enter(state);
      if (independence > 0) {
        let taken = 0;
        for (let t = 0; t < independence; t++) if (jump(rng, place)) taken++;
        count(info, "independence", independence, taken);
      }
      if (trajectory !== undefined) {
        count(info, "hamiltonian", 1, glide(rng, place, trajectory) ? 1 : 0);
      }
      renumber(rng, place.point, surroundings.base, order, info);
      chart.write(place.point, order, state);
    },
  };
}
