import { createMemory, type Memory } from "../../samplers/marginal/memory.ts";
import {
  type Guides,
  guidesIn,
  referenceMoves,
  type Visit,
} from "../../samplers/marginal/moves.ts";
import type { Info, Move } from "../../src/core/kernel.ts";
import { type MarginalPosterior, marginalPosterior } from "../../src/core/marginal-posterior.ts";
import type { Target } from "../../src/core/target.ts";

/** Sds of contrasts, coefficients and what stands after them, near those of the priors of tiny targets. */
const SPREADS = { gate: 1.5, coefficient: 0.8, other: 0.4 } as const;

/** A reference of independent normals around a point, components told apart by their first coefficients. */
export function roughReference(posterior: MarginalPosterior): Memory {
  const { layout } = posterior;
  const { dimension: D, components: K, q, p, d } = layout;
  const memory = createMemory(layout);
  for (let j = 0; j < D; j++) {
    const isOther = j >= layout.expert(0) && (j - layout.expert(0)) % d >= p;
    const ofExpert = isOther ? SPREADS.other : SPREADS.coefficient;
    memory.factor[j * (D + 1)] = 1 / (j < layout.expert(0) ? SPREADS.gate : ofExpert);
  }
  // The first component is the likelier one here: the reference is not what it is in other numberings.
  memory.mean[0] = 1;
  for (let k = 0; k < K; k++) {
    const place = 0.6 * (k - (K - 1) / 2);
    memory.mean[layout.expert(k)] = place;
    memory.places.data[k * (q + d) + q] = place;
  }
  memory.inverse.fill(0.3);
  memory.inverse[q] = 1;
  return memory;
}

/** What the moves are made of, for tests to break. */
export interface Parts extends Guides {
  readonly posterior: MarginalPosterior;
}

/** The moves with allocations summed out as a kernel, from a rough reference that the target had no part in. */
export function referenceKernel(
  target: Target,
  visit: Visit,
  change: (parts: Parts) => Partial<Parts> = () => ({}),
): Move {
  const posterior = marginalPosterior(target);
  const whole = { posterior, ...guidesIn(posterior.layout, roughReference(posterior)) };
  const { posterior: used, ...guides } = { ...whole, ...change(whole) };
  const moves = referenceMoves(target, used, guides);
  return {
    name: "reference moves",
    step(rng, state) {
      const info: Info = {};
      moves.visit(rng, state, visit, info);
      target.gate.translate?.(rng, state.gamma);
      moves.allocate(rng, state, info);
      return { state, info };
    },
  };
}
