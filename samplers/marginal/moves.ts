import type { MarginalPosterior } from "../../src/core/marginal-posterior.ts";
import type { State, Target } from "../../src/core/target.ts";
import type { Vector } from "../../src/math/matrix.ts";
import type { Rng } from "../../src/math/rng.ts";
import { chartOf } from "./chart.ts";
import { hamiltonian, type Trajectory } from "./hamiltonian.ts";
import { independence } from "./independence.ts";
import { labelsAt } from "./labels.ts";
import type { Counts } from "./learning.ts";
import type { Memory } from "./memory.ts";
import { emptyPlace, type Surroundings } from "./place.ts";
import { reference } from "./reference.ts";

/** What to do in one visit to the space without allocations. */
export interface Visit {
  readonly independence: number;
  /** Absent: none. */
  readonly trajectory?: Trajectory;
}

/**
 * Moves of theta and gamma that leave their posterior invariant, allocations summed out, whatever the reference and the
 * places in memory; a state's numbering of the components stays. It looks at the state anew each time.
 */
export function referenceMoves(
  target: Target,
  posterior: MarginalPosterior,
  { mean, factor, places, inverse }: Pick<Memory, "mean" | "factor" | "places" | "inverse">,
) {
  const { layout } = posterior;
  const K = layout.components;
  const chart = chartOf(target, layout);
  const surroundings: Surroundings = {
    posterior,
    reference: reference(mean, factor),
    labels: labelsAt(layout, places, inverse),
    base: K - 1,
  };
  const jump = independence(surroundings);
  const glide = hamiltonian(surroundings);
  const place = emptyPlace(layout.dimension);
  const white = new Float64Array(layout.dimension);
  const order = new Int32Array(K);
  const identity = Int32Array.from({ length: K }, (_, k) => k);

  function enter(state: State): void {
    chart.read(state, identity, place.point);
    surroundings.labels.order(place.point, order);
    chart.read(state, order, place.point);
    surroundings.base = chart.base(order);
    place.value = posterior.value(place.point, surroundings.base);
    place.squares = surroundings.reference.whiten(place.point, white);
    place.hasGradient = false;
  }

  return {
    /** Writes the state's point, components in its own order. */
    write: (state: State, point: Vector): void => chart.read(state, identity, point),

    /** Moves the state in place; adds to the counts. */
    visit(rng: Rng, state: State, visit: Visit, jumps: Counts, glides: Counts): void {
      enter(state);
      let moved = false;
      for (let t = 0; t < visit.independence; t++) {
        jumps.tried++;
        if (!jump(rng, place)) continue;
        jumps.taken++;
        moved = true;
      }
      if (visit.trajectory !== undefined) {
        glides.tried++;
        if (glide(rng, place, visit.trajectory)) {
          glides.taken++;
          moved = true;
        }
      }
      if (moved) chart.write(place.point, order, state);
    },
  };
}
