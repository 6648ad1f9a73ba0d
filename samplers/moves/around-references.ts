import type { Info, Move } from "../../src/core/kernel.ts";
import type { Target } from "../../src/core/target.ts";
import { referencesByCount } from "../marginal/by-count.ts";
import { freeze } from "../marginal/learning.ts";
import type { Memory } from "../marginal/memory.ts";
import { named } from "../marginal/notes-by-count.ts";
import { drawGibbs, drawVisit } from "../marginal/schedule.ts";
import { isTuning } from "../marginal/tuning.ts";
import { sweep } from "../sweep.ts";

const SELDOM = "in one sweep of 8 where the moves of all parameters are used";

/** Two parts of a sweep over states whose number of components is random; neither changes that number. */
export interface AroundReferences {
  /** The moves of parameters given allocations: seldom made where a reference serves, else always. */
  sparing(moves: readonly Move[]): Move;
  /** The moves around references, after which allocations must be drawn; in warm-up they are learned here. */
  readonly visits: Move;
}

/**
 * Jumps and Hamiltonian moves of all parameters, allocations summed out, around the reference of the state's own number
 * of components, where warm-up has made one that serves: the fixed-number sampler's, in a sweep that changes the number.
 */
export function aroundReferences(
  target: Target,
  memories: ReadonlyMap<number, Memory>,
): AroundReferences {
  const at = referencesByCount(target, memories);

  return {
    sparing(moves) {
      const all = sweep("parameters given allocations", moves);
      return {
        ...all,
        parts: moves.map(({ name }) => `${name} (${SELDOM})`),
        step(rng, state, warmup) {
          const memory = memories.get(state.theta.rows);
          const isSpared = memory !== undefined && !drawGibbs(rng, memory);
          return isSpared ? { state, info: {} } : all.step(rng, state, warmup);
        },
      };
    },

    visits: {
      name: "moves of all parameters",
      parts: [
        "jumps and Hamiltonian moves of all parameters, allocations summed out, where warm-up has found a normal " +
          "approximation given K that serves",
      ],
      step(rng, state, warmup = false) {
        const K = state.theta.rows;
        const here = at(K);
        if (here === undefined) return { state, info: {} };
        const { memory, moves, learn } = here;
        if (!warmup) freeze(memory);
        const info: Info = {};
        const visit = drawVisit(rng, memory, isTuning(memory));
        if (visit !== undefined) moves.visit(rng, state, visit, info);
        if (warmup) learn(true, info, (point) => moves.write(state, point));
        return { state, info: countedAt(K, info) };
      },
    },
  };
}

/** Counters by the number of components. */
function countedAt(K: number, info: Info): Info {
  const out: Info = {};
  for (const key in info) {
    const [move, what] = key.split(".") as [string, string];
    out[`${named(move, K)}.${what}`] = info[key]!;
  }
  return out;
}
