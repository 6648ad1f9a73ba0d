import type { Matrix, Vector } from "../math/matrix.ts";

/** Of a run of neighbouring rows: for each component a vector over these rows. */
export type ByComponent = readonly Vector[];

/**
 * The experts of a mixture, seen in one pass over runs of neighbouring rows: log densities of a run and, once its
 * responsibilities are known, its share of the sums that a maximum of the likelihood needs. No priors.
 */
export interface ExpertPass {
  /** Starts a pass at theta (K × d), which is not copied; the sums begin at zero. */
  begin(theta: Matrix): void;
  /** Adds log f(y_i | x_i, theta_k) to joint[k] for the rows that begin at `from`. */
  addLogDensity(from: number, joint: ByComponent): void;
  /** Adds the rows that were looked at last to the sums, weighed by their responsibilities. */
  add(responsibility: ByComponent): void;
  /** All that rows add to: the sums of parts of the rows, added up in here, are those of the rows together. */
  readonly sums: Vector;
  /** Of component k: Σ weight. */
  weight(k: number): number;
  /** The largest absolute derivative of Σ weight · log f at the theta of the pass, in unconstrained coordinates. */
  gradientNorm(): number;
  /** Rewrites theta, that of the pass, by the maximum of Σ weight · log f; false, and theta of no use, where there is none. */
  maximize(theta: Matrix): boolean;
}

/** The gate in the same pass: its weights for a run of rows, then its share of gradient and Hessian. */
export interface GatePass {
  /** Starts a pass at gamma (K × q), which is not copied; the sums begin at zero. */
  begin(gamma: Matrix): void;
  /** The same for some of the rows of a pass that another `GatePass` has begun; `size` is how many sums that has. */
  assist(gamma: Matrix, size: number): void;
  /** All that rows of this pass add to, as in `ExpertPass`; a pass that makes no new Hessian has fewer. */
  sums(): Vector;
  /** Writes log weights of the rows that begin at `from`, up to an amount a row, and the sum of the weights of each row. */
  logWeight(from: number, joint: ByComponent, sum: Vector): void;
  /** Adds the rows that were looked at last to the sums, given responsibilities that add up to `total`. */
  add(responsibility: ByComponent, total: Vector): void;
  /** The largest absolute derivative of Σ responsibility · log probability over the free rows. */
  gradientNorm(): number;
  /**
   * Writes a Newton step towards the maximum of that sum (K × q); false where there is none. Its Hessian may be one of
   * an earlier pass, at a gamma nearby.
   */
  newtonStep(step: Matrix): boolean;
}
