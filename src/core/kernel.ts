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
  /** The moves that it tries and how often, in words, where its name does not say it. */
  readonly parts?: readonly string[];
  /** In warm-up, whose steps are thrown away, a move may learn how to propose; after it, never. */
  step(rng: Rng, state: State, warmup?: boolean): Transition;
}

/** What a kernel that learns in warm-up has settled on for one of its moves. */
export interface MoveNote {
  /** The name under which the move is counted. */
  readonly move: string;
  readonly used: boolean;
  /** Share of its proposals that warm-up lets expect to be accepted. */
  readonly expected?: number;
  /** Whether it is used and why, as part of a sentence. */
  readonly words: string;
}

/** A move that can also start: everything a chain needs. */
export interface Kernel extends Move {
  /** The moves of one step in order, and how often each is tried. */
  readonly moves: readonly string[];
  /** What the moves have learned in warm-up: with the state all that later steps depend on. Rewritten in place. */
  readonly learned?: Float64Array;
  /** What has been learned, in words; of a kernel that chooses among its moves. */
  notes?(): readonly MoveNote[];
  init(rng: Rng): State;
}

/** A recipe for a kernel; plain data plus `compile`, which throws a SamplerError where it cannot serve the target. */
export interface Sampler {
  readonly name: string;
  readonly reference: string;
  readonly options: Readonly<Record<string, string | number>>;
  compile(target: Target): Kernel;
}
