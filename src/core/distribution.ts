import type { Rng } from "../math/rng.ts";

/** Where a parameter lives; it decides the transform to the real line and which priors may be put on it. */
export type Support = "real" | "positive" | "unit" | "count";

/** A distribution as plain data: its kind and its parameters, each by name. */
export interface DistributionDeclaration {
  readonly kind: string;
  readonly [parameter: string]: string | number;
}

/** A univariate distribution that can be evaluated and drawn from. */
export interface Distribution {
  readonly declaration: DistributionDeclaration;
  readonly support: Support;
  /** Log density (or mass) at x; −Infinity outside the support. */
  logDensity(x: number): number;
  /** P(X ≤ x), where it has a simple form. */
  cdf?(x: number): number;
  sample(rng: Rng): number;
}

/** A prior on the number of components as plain data: its kind, its parameters, and the largest number it allows. */
export interface CountDeclaration {
  readonly kind: string;
  readonly max: number;
  readonly [parameter: string]: string | number | readonly number[];
}

/** A prior on the number of components: probabilities on 1 … max that sum to 1. */
export interface CountPrior {
  readonly declaration: CountDeclaration;
  readonly max: number;
  /** Log probability of K; −Infinity outside 1 … max, and for what is no whole number. */
  logProbability(K: number): number;
  sample(rng: Rng): number;
}
