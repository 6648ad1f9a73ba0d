import type { Matrix, Vector } from "../math/matrix.ts";
import type { Rng } from "../math/rng.ts";
import type { BlockUpdate } from "./expert.ts";

/** How often a Metropolis step was tried and accepted; both 0 where every draw is exact. */
export interface Acceptance {
  proposed: number;
  accepted: number;
}

/**
 * A gate that has met data and priors: `gamma` is K × dimension, row k the gate parameters of component k.
 * The first K − `fixedRows` rows have iid priors; the last `fixedRows` (0 or 1) rows are held at zero.
 */
export interface Gate {
  readonly terms: readonly string[];
  readonly dimension: number;
  readonly fixedRows: 0 | 1;
  readonly updates: readonly BlockUpdate[];
  /** Log prior density of one free row. */
  logPrior(row: Vector): number;
  /** out (K × n): log probability of component k at row i. */
  logProbability(gamma: Matrix, out: Matrix): void;
  samplePrior(rng: Rng, row: Vector): void;
  /** Rewrites gamma by a step that leaves p(gamma | z) invariant. */
  update(rng: Rng, gamma: Matrix, z: Int32Array): Acceptance;
  /** Exact draw along the direction in which the likelihood is flat, where there is one. */
  translate?(rng: Rng, gamma: Matrix): void;
  /** Rewrites gamma by the maximum of Σ responsibility · log probability + priorWeight · log prior; responsibility is K × n. */
  maximize(gamma: Matrix, responsibility: Matrix, priorWeight: number): void;
}
