import type { Matrix } from "../math/matrix.ts";
import type { Rng } from "../math/rng.ts";
import type { CountPrior } from "./distribution.ts";
import type { Expert } from "./expert.ts";
import type { Gate } from "./gate.ts";

/** Where a chain is: row k of `theta` (K × d) and of `gamma` (K × q) is component k; z[i] in 0 … K − 1. */
export interface State {
  readonly theta: Matrix;
  readonly gamma: Matrix;
  readonly z: Int32Array;
}

/** A posterior to sample: a model that has met its data. */
export interface Target {
  readonly n: number;
  /** The number of components, or its prior on 1, 2, … `capacity`. */
  readonly components: number | CountPrior;
  readonly capacity: number;
  readonly expert: Expert;
  readonly gate: Gate;
  /** n × f, each column with mean 0 and sd 1: what starting values cluster the rows on (the response first). */
  readonly features: Matrix;
  /** Log prior density of K, theta and gamma. */
  logPrior(state: State): number;
  /** A state drawn from the prior, allocations included. */
  samplePrior(rng: Rng): State;
  /** Draws z and the response anew given the parameters; rewrites state.z and the target's own data. */
  simulate(rng: Rng, state: State): void;
}
