import type { Lanes } from "../math/lanes/lanes.ts";
import type { Matrix, Vector } from "../math/matrix.ts";
import type { Rng } from "../math/rng.ts";
import type { Design, Members, Observations } from "./data.ts";
import type { Support } from "./distribution.ts";
import type { ExpertRows } from "./expert-rows.ts";
import type { ExpertPriorDeclaration } from "./model.ts";
import type { ExpertPass } from "./row-pass.ts";

/** A stretch of a parameter vector: `size` numbers that share a name and a support. */
export interface Block {
  readonly name: string;
  readonly size: number;
  readonly support: Support;
  /** Names of the entries when the block multiplies the columns of the design; absent otherwise. */
  readonly terms?: readonly string[];
  /** "mean": the linear predictor of the block is E(y | x). "sd": the block is the sd of y given x, at every x. */
  readonly moment?: "mean" | "sd";
  /** Whether entries are coordinates of functions, which mean nothing one by one: no summary has them. */
  readonly areCoordinates?: boolean;
}

/** How an update of a block is done; what `explain` prints. */
export interface BlockUpdate {
  readonly block: string;
  readonly method: string;
}

/** A density q close to p(theta | members) from which all of theta is drawn anew; exact for a conjugate family. */
export interface ExpertApproximation {
  /** Draws theta from q; returns log p(theta) Π f(y_i | theta) − log q(theta): where q is exact, the log marginal likelihood. */
  draw(rng: Rng, theta: Vector): number;
  /** The same number at a given theta. */
  logWeight(theta: Vector): number;
}

/**
 * An expert family that has met data and priors; `theta` (length `dimension`) holds one component's
 * parameters in the order of `layout`. Functions of theta alone never depend on a component's label.
 */
export interface Expert {
  readonly layout: readonly Block[];
  readonly dimension: number;
  readonly updates: readonly BlockUpdate[];
  /** Which values the response can take (real numbers if absent); of counts, `logDensity` is the log mass. */
  readonly response?: Support;
  /** The largest response that each row can have, length n; absent where there is none. */
  readonly largest?: Vector;
  /** What to keep in mind where there are several components: a clause that `explain` prints. */
  readonly caution?: string;
  /** The response, length n: rewriting it moves where densities and probabilities are evaluated. */
  readonly y: Vector;
  /** Log prior density of theta, in the coordinates of `layout`. */
  logPrior(theta: Vector): number;
  /** out[i] = log f(y[i] | x[i], theta); length n. */
  logDensity(theta: Vector, out: Vector): void;
  /** out[i] = E(y | x[i], theta); length n. */
  mean(theta: Vector, out: Vector): void;
  /** out[i] = Var(y | x[i], theta); length n. */
  variance(theta: Vector, out: Vector): void;
  /** out[i] = P(y ≤ y[i] | x[i], theta); length n. */
  cumulative(theta: Vector, out: Vector): void;
  samplePrior(rng: Rng, theta: Vector): void;
  /** y[i] for each i in rows, drawn from f(· | x[i], theta). */
  simulate(rng: Rng, theta: Vector, rows: Int32Array, y: Vector): void;
  /**
   * Rewrites theta by a step that leaves p(theta) Π f(y_i | x_i, theta)^weight invariant, whatever the weights ≥ 0:
   * p(theta | members) where all are 1, a tempered posterior where they are below.
   */
  update(rng: Rng, theta: Vector, members: Members): void;
  /** Rewrites theta by the maximum of Σ weight · log f + priorWeight · log prior (0: likelihood, 1: posterior). */
  maximize(theta: Vector, members: Members, priorWeight: number): void;
  /**
   * For moves that change the number of components. q must depend on the members alone, never on a current theta; it
   * is valid until the next call. Weights are 1.
   */
  approximate?(members: Members): ExpertApproximation;
  /** The model matrix that blocks with `terms` multiply; for comparing and merging experts. */
  readonly design?: Design;
  /** out (n × d): ∂ log f(y[i] | x[i], theta) / ∂ the unconstrained coordinates of theta (`transform.ts`). */
  score?(theta: Vector, out: Matrix): void;
  /** For moves with the allocations summed out, which need derivatives of log f. */
  readonly rows?: ExpertRows;
  /**
   * For maximum likelihood over many rows: what `logDensity`, `score` and `maximize` say of K experts, in one pass.
   * Given lanes, by their routines where it has such, to the same bits; then the vectors of the pass must lie there.
   */
  pass?(components: number, lanes?: Lanes): ExpertPass;
}

/** A kind of expert as a shelf item: everything that samplers and models need, before any data. */
export interface ExpertFamily {
  readonly name: string;
  readonly reference: string;
  /** The kinds of prior that `compile` takes; any if absent. */
  readonly priors?: readonly ExpertPriorDeclaration["kind"][];
  /** Whether the formula may say trials(…): the experts count successes. */
  readonly takesTrials?: boolean;
  /** Weakly informative, on the scale of the response; every number is written out. */
  defaultPrior(observations: Observations): ExpertPriorDeclaration;
  /** Throws a ModelError when the prior does not fit the family. */
  compile(observations: Observations, prior: ExpertPriorDeclaration): Expert;
}
