import type { CountDeclaration, DistributionDeclaration } from "./distribution.ts";

/** β | σ² ~ N(mean, scale · σ² I), σ² ~ inverse-gamma(shape, rate): the conjugate prior of a Gaussian expert. */
export interface NormalInverseGammaDeclaration {
  readonly kind: "normal-inverse-gamma";
  /** One number for all coefficients, or one a column of the design. */
  readonly mean: number | readonly number[];
  readonly scale: number | readonly number[];
  readonly shape: number;
  readonly rate: number;
}

/** Independent priors on the coefficients and on either the variance or the sd. */
export interface IndependentDeclaration {
  readonly kind: "independent";
  /** One prior for all coefficients, or one a column of the design. */
  readonly coefficients: DistributionDeclaration | readonly DistributionDeclaration[];
  readonly variance?: DistributionDeclaration;
  readonly sd?: DistributionDeclaration;
}

/** Independent priors on the coefficients, for families that have no other parameters. */
export interface CoefficientsDeclaration {
  readonly kind: "coefficients";
  /** One prior for all coefficients, or one a column of the design. */
  readonly coefficients: DistributionDeclaration | readonly DistributionDeclaration[];
}

/** Independent priors on the coefficients and on either the size φ or the dispersion 1/φ of overdispersed counts. */
export interface OverdispersedDeclaration {
  readonly kind: "overdispersed";
  /** One prior for all coefficients, or one a column of the design. */
  readonly coefficients: DistributionDeclaration | readonly DistributionDeclaration[];
  readonly size?: DistributionDeclaration;
  readonly dispersion?: DistributionDeclaration;
}

export type ExpertPriorDeclaration =
  | NormalInverseGammaDeclaration
  | IndependentDeclaration
  | CoefficientsDeclaration
  | OverdispersedDeclaration;

export interface ExpertsDeclaration {
  readonly family: string;
  readonly formula: string;
  /** Absent: the family's weakly informative default, scaled by the data. */
  readonly prior?: ExpertPriorDeclaration;
}

/** Probabilities that are a softmax of linear predictors. */
export interface SoftmaxDeclaration {
  readonly kind: "softmax";
  readonly formula: string;
  readonly prior?: DistributionDeclaration;
  /** "none": every component has a row, iid a priori. "last": the last component's row is zero. */
  readonly baseline?: "none" | "last";
}

/** Weights that do not depend on covariates, Dirichlet a priori: an ordinary mixture. */
export interface ConstantGateDeclaration {
  readonly kind: "constant";
  readonly prior?: DistributionDeclaration;
}

export type GateDeclaration = SoftmaxDeclaration | ConstantGateDeclaration;

/** A mixture-of-experts model as plain data: it survives JSON. */
export interface ModelDeclaration {
  readonly experts: ExpertsDeclaration;
  readonly gate: GateDeclaration;
  /** How many components, or a prior on 1 … max. */
  readonly components: number | CountDeclaration;
  /**
   * A known density g of the response: the model is then (1 − λ) g + λ mixture. Text such as "laplace(0.3*x, 1)".
   */
  readonly known?: string;
  /** The prior of λ, the share of the mixture; beta(1, 1) unless said. Only with `known`. */
  readonly lambda?: DistributionDeclaration;
  /** Whether priors speak of covariates with mean 0 and sd 1 (default) or as given. Draws are always on the data's scale. */
  readonly standardize?: boolean;
}
