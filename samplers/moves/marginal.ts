import type { Info, Move } from "../../src/core/kernel.ts";
import type { State, Target } from "../../src/core/target.ts";
import type { Rng } from "../../src/math/rng.ts";
import { type MarginalRatio, marginalRatio } from "../marginal-ratio.ts";
import { allocate } from "./allocate.ts";

/**
 * A step on theta and gamma that leaves their posterior invariant, allocations summed out. It finds the state kept in
 * the ratio that it was made with and keeps the one that it returns; counters go to info.
 */
export interface MarginalMove {
  readonly name: string;
  step(rng: Rng, state: State, info: Info, warmup: boolean): State;
}

/** How often a marginal move is tried in a sweep. */
export interface Repeated {
  readonly make: (target: Target, ratio: MarginalRatio) => MarginalMove;
  readonly times: number;
}

/** Marginal moves one after another, then the allocations that they have summed out: a move like any other. */
export function marginalMoves(target: Target, moves: readonly Repeated[]): Move {
  const ratio = marginalRatio(target);
  const made = moves.map(({ make, times }) => ({ move: make(target, ratio), times }));
  const redraw = allocate(target);
  const tried = made.map(({ move, times }) => `${move.name}, ${times} times`);
  return {
    name: "marginal moves",
    parts: [...tried, redraw.name],
    step(rng, start, warmup = false) {
      const info: Info = {};
      let state = start;
      ratio.keep(start);
      for (const { move, times } of made) {
        for (let t = 0; t < times; t++) state = move.step(rng, state, info, warmup);
      }
      const drawn = redraw.step(rng, state);
      return { state: drawn.state, info: { ...info, ...drawn.info } };
    },
  };
}

/** One more of what is counted. */
export function count(info: Info, name: string): void {
  info[name] = (info[name] ?? 0) + 1;
}
