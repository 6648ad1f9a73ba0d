import type { Lanes } from "../math/lanes/lanes.ts";
import type { Matrix, Vector } from "../math/matrix.ts";
import type { Rng } from "../math/rng.ts";
import type { Design } from "./data.ts";
import type { DistributionDeclaration } from "./distribution.ts";
import type { GateDeclaration } from "./model.ts";
import type { GatePass } from "./row-pass.ts";

/** How often a Metropolis step was tried and accepted; both 0 where every draw is exact. */
export interface Acceptance {
  proposed: number;
  accepted: number;
}

/** Unnormalised gate weights of all components at all rows, with their logs: views that the next call rewrites. */
export interface GateWeights {
  /** K × n; the sum of every column is between 1e-131 and 1e140. */
  readonly weight: Matrix;
  /** K × n, finite also where a weight underflows. */
  readonly log: Matrix;
}

/** One way to update a gate given the allocations. */
export interface GateUpdate {
  readonly name: string;
  /** In words, for `explain`. */
  readonly method: string;
  /** Rewrites gamma by a step that leaves p(gamma | z) invariant. */
  step(rng: Rng, gamma: Matrix, z: Int32Array): Acceptance;
}

/**
 * One row of gamma given levels u_i > 0, exponential with rate Σ_k exp(logWeight_k at row i): rows are then independent,
 * with densities h(γ) = prior(γ) exp(Σ_{i ∈ members} logWeight_i(γ) − Σ_i u_i exp(logWeight_i(γ))).
 */
export interface GateGivenLevels {
  /** Fixes the levels, given as logs; length n. */
  load(logLevels: Vector): void;
  /** Draws a row from a density q close to h; returns log h(γ) − log q(γ). q depends on levels and members alone. */
  draw(rng: Rng, members: Int32Array, row: Vector): number;
  /** The same number at a given row. */
  logWeight(members: Int32Array, row: Vector): number;
  /** Whether Σ_i u_i exp(logWeight_i(γ)) is below the limit; stops adding as soon as it is not. */
  isBelow(row: Vector, limit: number): boolean;
}

/**
 * A gate that has met data and priors: `gamma` is K × dimension, row k the gate parameters of component k.
 * The first K − `fixedRows` rows have iid priors; the last `fixedRows` (0 or 1) rows are held at zero.
 */
export interface Gate {
  readonly terms: readonly string[];
  readonly dimension: number;
  /** How many of the last entries of a row are coordinates of functions, which mean nothing one by one; 0 if absent. */
  readonly coordinates?: number;
  readonly fixedRows: 0 | 1;
  /** The exact updates that this gate offers for its prior; the first is the default. */
  readonly updates: readonly GateUpdate[];
  /** Log prior density of one free row. */
  logPrior(row: Vector): number;
  /** out (K × n): log probability of component k at row i. */
  logProbability(gamma: Matrix, out: Matrix): void;
  /** out[i]: unnormalised log weight at row i of a component with this row; probabilities are a softmax of these. */
  logWeight(row: Vector, out: Vector): void;
  /** Probabilities up to a factor of a whole column: cheaper, where the gate keeps them from its last update. */
  weights?(gamma: Matrix): GateWeights;
  /** The model matrix, where a log weight is its product with a row; for gradients and for comparing components. */
  readonly design?: Design;
  /** For moves with the allocations summed out; log weights are then products of `design` and rows. */
  readonly contrasts?: GateContrasts;
  samplePrior(rng: Rng, row: Vector): void;
  /** For moves that change the number of components. */
  readonly givenLevels?: GateGivenLevels;
  /** Exact draw along the direction in which the likelihood is flat, where there is one. */
  translate?(rng: Rng, gamma: Matrix): void;
  /**
   * Rewrites gamma by the maximum of Σ responsibility · log probability + priorWeight · log prior; responsibility is K × n.
   * Where the search is iterative, its last step is one that promises a gain below tolerance / 2; the default is tiny.
   */
  maximize(gamma: Matrix, responsibility: Matrix, priorWeight: number, tolerance?: number): void;
  /**
   * For maximum likelihood over many rows: probabilities and what a step to the maximum needs, in one pass.
   * Given lanes, by their routines where it has such, to the same bits; then the vectors of the pass must lie there.
   */
  pass?(components: number, lanes?: Lanes): GatePass;
}

/**
 * What the likelihood sees of a softmax gate: each row less the last. c: K × q, its last row zero, of which the first
 * K − 1 are coordinates. Where the prior holds one row at zero, `base` says which component's.
 */
export interface GateContrasts {
  /** Log prior density of the coordinates. */
  logPrior(c: Matrix, base: number): number;
  /** Adds its derivatives: to the gradient and, where given, to the lower triangle of the negative Hessian (D × D). */
  addDerivatives(c: Matrix, base: number, gradient: Vector, curvature?: Matrix): void;
  /** Rewrites gamma to rows with these contrasts; what is independent of them a posteriori stays as it is. */
  place(c: Matrix, base: number, gamma: Matrix): void;
}

/** A kind of gate as a shelf item. */
export interface GateFamily {
  readonly kind: string;
  readonly reference: string;
  readonly defaultPrior: DistributionDeclaration;
  /** design: the gate's model matrix (n × q). Throws a ModelError when the prior does not fit the gate. */
  compile(design: Design, declaration: GateDeclaration): Gate;
}
