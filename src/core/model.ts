import type { CountDeclaration, DistributionDeclaration } from "./distribution.ts";
import type { FunctionsDeclaration } from "./functions.ts";

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

/** Independent priors on the coefficients, the amplitude and the sd of a bounded curve with normal errors. */
export interface BoundedDeclaration {
  readonly kind: "bounded";
  /** One prior for all coefficients, or one a column of the design. */
  readonly coefficients: DistributionDeclaration | readonly DistributionDeclaration[];
  readonly amplitude: DistributionDeclaration;
  readonly sd: DistributionDeclaration;
}

export type ExpertPriorDeclaration =
  | NormalInverseGammaDeclaration
  | IndependentDeclaration
  | CoefficientsDeclaration
  | OverdispersedDeclaration
  | BoundedDeclaration;

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

/** Another model at fixed parameters, on the scale of the data; plain data. */
export interface FittedKnown {
  readonly kind: "fitted";
  readonly words: string;
  readonly model: ModelDeclaration;
  /** What its formulas have learned from its own data. */
  readonly designs: object;
  /** K × d and K × q, row by row. */
  readonly theta: readonly (readonly number[])[];
  readonly gamma: readonly (readonly number[])[];
  readonly lambda?: number;
}

/** The values of some columns in one row: numbers, or levels of a factor. */
export type RowValues = Readonly<Record<string, number | string>>;

/** A density given by functions: it does not survive JSON, and runs in one thread. */
export interface FunctionKnown {
  readonly kind: "function";
  readonly words: string;
  /** The columns that the functions read. */
  readonly columns: readonly string[];
  logDensity(y: number, row: RowValues): number;
  /** uniform: draws from (0, 1). */
  sample(uniform: () => number, row: RowValues): number;
  /** NaN in predictions where these are left out. */
  mean?(row: RowValues): number;
  variance?(row: RowValues): number;
  cumulative?(y: number, row: RowValues): number;
}

/** A density that is known: text such as "laplace(0.3*x, 1)", a fitted model, or functions. */
export type KnownDeclaration = string | FittedKnown | FunctionKnown;

/** A mixture-of-experts model as plain data: it survives JSON. */
export interface ModelDeclaration {
  readonly experts: ExpertsDeclaration;
  readonly gate: GateDeclaration;
  /** How many components, or a prior on 1 … max. */
  readonly components: number | CountDeclaration;
  /**
   * A known density g of the response: the model is then (1 − λ) g + λ mixture.
   */
  readonly known?: KnownDeclaration;
  /** The prior of λ, the share of the mixture; beta(1, 1) unless said. Only with `known`. */
  readonly lambda?: DistributionDeclaration;
  /** Coefficients that are functions of an index; absent where all are numbers. */
  readonly varying?: FunctionsDeclaration;
  /** Whether priors speak of covariates with mean 0 and sd 1 (default) or as given. Draws are always on the data's scale. */
  readonly standardize?: boolean;
}
