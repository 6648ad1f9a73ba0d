import type { Rng } from "../math/rng.ts";
import type { State, Target } from "./target.ts";

/** What diagnostics want of a step and the next step does not; counters end in `.proposed` and `.accepted`. */
export type Info = Record<string, number>;

/** The outcome of a step. Both parts may reuse memory: use them before the next step. */
export interface Transition {
  readonly state: State;
  readonly info: Info;
}

/** A step that leaves the target invariant; it may change `state` in place, so use what it returns. */
export interface Move {
  readonly name: string;
  step(rng: Rng, state: State): Transition;
}

/** A move that can also start: everything a chain needs. */
export interface Kernel extends Move {
  /** Names of the moves of one step, in order. */
  readonly moves: readonly string[];
  init(rng: Rng): State;
}

/** A recipe for a kernel; plain data plus `compile`, which throws a SamplerError where it cannot serve the target. */
export interface Sampler {
  readonly name: string;
  readonly reference: string;
  readonly options: Readonly<Record<string, string | number>>;
  compile(target: Target): Kernel;
}
