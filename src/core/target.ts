import type { Matrix } from "../math/matrix.ts";
import type { Rng } from "../math/rng.ts";
import type { CountPrior } from "./distribution.ts";
import type { Expert } from "./expert.ts";
import type { Gate } from "./gate.ts";
import type { Known } from "./known.ts";

/** Where a chain is: row k of `theta` (K × d) and of `gamma` (K × q) is component k; z[i] in 0 … K − 1. */
export interface State {
  readonly theta: Matrix;
  readonly gamma: Matrix;
  readonly z: Int32Array;
  /** Of a model that deviates from a known density. */
  readonly deviation?: DeviationState;
}

/** Where a deviated mixture is. A row of the known density has a component too, drawn from the gate alone. */
export interface DeviationState {
  /** One number: the share λ of the mixture. */
  readonly lambda: Float64Array;
  /** Length n: 1 for rows of the known density, 0 for those of the mixture. */
  readonly fromKnown: Uint8Array;
}

/** A density from which a mixture deviates, and the prior of λ: beta(a, b). */
export interface Deviation {
  readonly known: Known;
  readonly a: number;
  readonly b: number;
  /** Of λ. */
  logPrior(lambda: number): number;
}

/** A posterior to sample: a model that has met its data. */
export interface Target {
  readonly n: number;
  /** The number of components, or its prior on 1, 2, … `capacity`. */
  readonly components: number | CountPrior;
  readonly capacity: number;
  readonly expert: Expert;
  readonly gate: Gate;
  /** The model is (1 − λ) known + λ mixture; absent where it is the mixture alone. */
  readonly deviation?: Deviation;
  /** n × f, each column with mean 0 and sd 1: what starting values cluster the rows on (the response first). */
  readonly features: Matrix;
  /** Where there are very many rows: a target over some of them, evenly spread, its parameters on the same scale. */
  part?(): Target;
  /** Log prior density of K, theta and gamma. */
  logPrior(state: State): number;
  /** A state drawn from the prior, allocations included. */
  samplePrior(rng: Rng): State;
  /** Draws z and the response anew given the parameters; rewrites state.z and the target's own data. */
  simulate(rng: Rng, state: State): void;
}
