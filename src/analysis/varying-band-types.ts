import type { Table } from "../core/data.ts";
import type { Finding } from "../core/diagnostic.ts";
import type { CoefficientCurve } from "../core/varying-fit.ts";

export interface BandOptions {
  /** Of intervals and bands alike; 0.95. */
  readonly level?: number;
  /**
   * Where a simultaneous band's critical value comes from: the tube formula (default), draws of the process of weighted
   * scores, or the limit law as the R package VCMoE uses it.
   */
  readonly kind?: "tube" | "multiplier" | "gumbel";
  /**
   * "corrected" (default): around local parabolas at the same bandwidth, whose smoothing bias is of smaller order, with
   * their own variance. "none": around the fit's own lines, which holds its level where the bandwidth is small.
   */
  readonly bias?: "corrected" | "none";
  /**
   * true (default): each row's score as it is without the row, t quantiles, log dispersions less their bias to second
   * order. false: the plain sandwich, normal quantiles.
   */
  readonly smallSample?: boolean;
  /** Of `multiplier`. */
  readonly draws?: number;
  readonly seed?: number;
  /** Rows of the gate's covariates to give probabilities of components at. */
  readonly at?: Table;
  /** Also bands of differences between components. */
  readonly contrasts?: boolean;
}

/** An interval at each grid point and a simultaneous band of one function; NaN where there is none. Plain data. */
export interface VaryingBand {
  /** 1 … K. */
  readonly component: number;
  /** Of a contrast: the component subtracted. */
  readonly against?: number;
  readonly part: CoefficientCurve["part"] | "probability";
  /** As in the fit's curves; of a probability the number of the row of `at`. */
  readonly term: string;
  readonly varies: boolean;
  /** In units of the index: the fit's grid. */
  readonly u: readonly number[];
  /** The fit's own estimate, and what the band lies around: the same unless bias is corrected. */
  readonly estimate: readonly number[];
  readonly centre: readonly number[];
  /** Of a probability, of its log odds. */
  readonly se: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly simultaneousLower: readonly number[];
  readonly simultaneousUpper: readonly number[];
  /** On the normal scale, before t quantiles take its place. */
  readonly critical: number;
  /**
   * Grid points at which a few rows make most of the variance, so that the quantile of the simultaneous band is more than
   * twice the normal one; absent where there are none.
   */
  readonly onFewRows?: readonly number[];
  /** Grid points without a band, and why; absent where there are none. */
  readonly missing?: readonly MissingBand[];
}

export interface MissingBand {
  readonly u: number;
  /**
   * "few-rows": a component has fewer effective rows than its expert has local parameters. "not-converged": no maximum
   * was reached. "not-definite": minus the Hessian is not positive definite there.
   */
  readonly reason: "few-rows" | "not-converged" | "not-definite";
}

/** A coefficient that does not vary: profile estimator, its standard error by the influence of each row. */
export interface ConstantInterval {
  readonly component: number;
  readonly part: CoefficientCurve["part"];
  readonly term: string;
  readonly estimate: number;
  readonly centre: number;
  readonly se: number;
  readonly lower: number;
  readonly upper: number;
}

export interface VaryingBands {
  readonly level: number;
  readonly kind: NonNullable<BandOptions["kind"]>;
  readonly bias: NonNullable<BandOptions["bias"]>;
  readonly smallSample: boolean;
  /** Of the fit's curves, in their order. */
  readonly curves: readonly VaryingBand[];
  /** Of those that do not vary, once more. */
  readonly constants: readonly ConstantInterval[];
  readonly contrasts: readonly VaryingBand[];
  readonly probabilities: readonly VaryingBand[];
  readonly findings: readonly Finding[];
}
