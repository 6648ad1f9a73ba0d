import type { AddUp } from "../../src/core/part-sums.ts";
import type { Vector } from "../../src/math/matrix.ts";
import type { Rng } from "../../src/math/rng.ts";

/** How responsibilities enter the M step: as they are, as the most probable component, or as an allocation drawn from them. */
export type EmVariant = "em" | "classification" | "stochastic";

/** One parameter of one expert held at a number. */
export interface FixedCoefficient {
  /** 0-based row of theta. */
  readonly component: number;
  /** As the expert's layout names it. */
  readonly term: string;
  readonly value: number;
}

/** Equations that the experts are held to, on the scale of the target. */
export interface EmConstraints {
  /** One sd for all experts. */
  readonly equalSd?: boolean;
  /** Terms whose coefficients all experts share. */
  readonly shared?: readonly string[];
  readonly fixed?: readonly FixedCoefficient[];
}

export interface EmSettings {
  /** 0: maximum likelihood (default). 1: the posterior mode in the coordinates of the priors. */
  readonly priorWeight?: number;
  readonly maxIterations?: number;
  /**
   * Stops where an iteration gains less than this, relative to 1 + |objective|; if absent, only where what is still
   * to be gained and the gradient are negligible.
   */
  readonly tolerance?: number;
  /** No sd is made smaller; 0 if absent. On the scale of the target. */
  readonly sdFloor?: number;
  /** How much each row counts, n numbers ≥ 0; 1 if absent. */
  readonly rowWeight?: Vector;
  readonly constraints?: EmConstraints;
  /** Default "em". */
  readonly variant?: EmVariant;
  /** What the stochastic variant draws from; it must be given there. */
  readonly rng?: Rng;
  /** Who adds up the parts of very many rows, where all count 1; this thread if absent. No number depends on it. */
  readonly addUp?: AddUp;
}
