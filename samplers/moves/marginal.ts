import type { Info, Move } from "../../src/core/kernel.ts";
import type { State, Target } from "../../src/core/target.ts";
import type { Rng } from "../../src/math/rng.ts";
import { type MarginalRatio, marginalRatio } from "../marginal-ratio.ts";
import { allocate } from "./allocate.ts";
import { allocateKept } from "./allocate-kept.ts";
import { updateExperts } from "./update-experts.ts";

/**
 * A step on theta and gamma that leaves their posterior invariant, allocations summed out. It finds the state kept in
 * the ratio that it was made with and keeps the one that it returns; counters go to info.
 */
export interface MarginalMove {
  readonly name: string;
  step(rng: Rng, state: State, info: Info, warmup: boolean): State;
}

/** How often a marginal move is tried in a round, or in the first round alone. */
export interface Repeated {
  readonly make: (target: Target, ratio: MarginalRatio) => MarginalMove;
  readonly times: number;
  readonly once?: true;
}

/**
 * Marginal moves one after another, then the allocations that they have summed out: a move like any other. In each
 * further round experts are updated given these before the marginal moves are tried again.
 */
export function marginalMoves(target: Target, moves: readonly Repeated[], rounds = 1): Move {
  const ratio = marginalRatio(target);
  const made = moves.map(({ make, ...how }) => ({ move: make(target, ratio), ...how }));
  const everyRound = made.filter(({ once }) => once !== true);
  const all = tries(made);
  const more = tries(everyRound);
  const redraw = redrawOf(target, ratio);
  const experts = updateExperts(target);
  const partsOf = (round: typeof made) => [
    ...round.map(({ move, times }) => `${move.name}, ${times} times`),
    "allocate",
  ];
  const again = Array.from({ length: rounds - 1 }, () => [experts.name, ...partsOf(everyRound)]);
  return {
    name: "marginal moves",
    parts: [...partsOf(made), ...again.flat()],
    step(rng, start, warmup = false) {
      const info: Info = {};
      let state = start;
      for (let round = 0; round < rounds; round++) {
        if (round === 0) ratio.keep(state);
        else {
          state = experts.step(rng, redraw.draw(rng, state)).state;
          ratio.keepDensities(state);
        }
        const tried = round === 0 ? all : more;
        for (let t = 0; t < tried.length; t++) state = tried[t]!.step(rng, state, info, warmup);
      }
      return { state: redraw.draw(rng, state, info), info };
    },
  };
}

/** Each move as often as it is tried. */
function tries(made: readonly { readonly move: MarginalMove; readonly times: number }[]) {
  return made.flatMap(({ move, times }) => Array.from({ length: times }, () => move));
}

/** Draws allocations, and tells of the state where there is somewhere to write to. */
function redrawOf(target: Target, ratio: MarginalRatio) {
  if (target.deviation !== undefined) {
    const move = allocate(target);
    return {
      draw(rng: Rng, state: State, info?: Info): State {
        const drawn = move.step(rng, state);
        if (info !== undefined) Object.assign(info, drawn.info);
        return drawn.state;
      },
    };
  }
  const kept = allocateKept(target, ratio);
  return {
    draw(rng: Rng, state: State, info?: Info): State {
      kept.draw(rng, state.z);
      if (info !== undefined) kept.describe(info);
      return state;
    },
  };
}

/** One more of what is counted. */
export function count(info: Info, name: string): void {
  info[name] = (info[name] ?? 0) + 1;
}
