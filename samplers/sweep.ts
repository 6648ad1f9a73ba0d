import type { Info, Move, Transition } from "../src/core/kernel.ts";
import type { State } from "../src/core/target.ts";
import { type Rng, uniform } from "../src/math/rng.ts";

/** The moves one after another: as each leaves the target invariant, so does the sweep. Infos are merged. */
export function sweep(name: string, moves: readonly Move[]): Move {
  return {
    name,
    step(rng: Rng, start: State, warmup = false): Transition {
      let state = start;
      const info: Info = {};
      for (const move of moves) {
        const transition = move.step(rng, state, warmup);
        state = transition.state;
        Object.assign(info, transition.info);
      }
      return { state, info };
    },
  };
}

/** The move with this probability, else nothing: by chance, so that each step is one and the same mixture. */
export function byChance(move: Move, probability: number, words: string): Move {
  return {
    name: move.name,
    parts: [`${move.name}, ${words}`],
    step: (rng, state, warmup) =>
      uniform(rng) < probability ? move.step(rng, state, warmup) : { state, info: {} },
  };
}
