/** One coefficient of one component along the grid. */
export interface CoefficientCurve {
  /** 1 … K. */
  readonly component: number;
  readonly part: "experts" | "gate" | "dispersion";
  /** Name of the column; of a dispersion "log sd" or "log size". */
  readonly term: string;
  readonly varies: boolean;
  /** On the scale of the data; of the gate, relative to the mean over the components. */
  readonly value: readonly number[];
  /** Derivative by the index; 0 where the estimator takes the coefficient to be locally constant. */
  readonly slope: readonly number[];
}

/** What is known of the estimate at one grid point. */
export interface GridPoint {
  /** In units of the index. */
  readonly u: number;
  /** Σ K((u_i − u) / h) / h log f(y_i), index and h on the unit scale. */
  readonly logLikelihood: number;
  /** Rows with a weight, and how many rows of equal weight they are worth. */
  readonly rows: number;
  readonly effectiveN: number;
  /** The same of each component, weights times responsibilities. */
  readonly expertEffectiveN: readonly number[];
  /** Share of each component among the rows. */
  readonly weights: readonly number[];
  /** Mean entropy of responsibilities: 0 where components are told apart, 1 where they are not at all. */
  readonly overlap: number;
  /** How much worse the second best matching to the point before is: 1 sure, 0 a toss-up. */
  readonly margin: number;
  /** Smallest distance of two components, in information a row; absent where there is but one. */
  readonly separation?: number;
  readonly ambiguous: boolean;
  readonly converged: boolean;
  readonly iterations: number;
}

/** Estimated coefficient functions; plain data. */
export interface VaryingCurves {
  /** "label-consistent" is the estimator of the paper, "local" the maximum of the local likelihoods. */
  readonly estimator: "local" | "label-consistent";
  readonly family: string;
  readonly components: number;
  readonly index: { readonly name: string; readonly low: number; readonly high: number };
  /** As a share of the range of the index. */
  readonly bandwidth: number;
  /** In units of the index, ascending. */
  readonly grid: readonly number[];
  readonly curves: readonly CoefficientCurve[];
  readonly points: readonly GridPoint[];
  /** Grid points asked for whose windows hold too few rows. */
  readonly leftOut: readonly number[];
  readonly rows: number;
  readonly dropped: number;
  /** Most trials of a row; of binomial responses only. */
  readonly mostTrials?: number;
  /** Σ log f(y_i), coefficients interpolated between the grid points. */
  readonly logLikelihood: number;
  /** Σ log f(y_i) by the model at the nearest grid point; label-consistent only. */
  readonly nearestLogLikelihood?: number;
  /** Whether the coefficients that do not vary, or label-consistent EM, have come to rest. */
  readonly settled: boolean;
}
