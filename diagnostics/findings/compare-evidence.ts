/** Where a posterior has one parameter, on the scale of the data. */
export interface PosteriorOf {
  readonly mean: number;
  readonly sd: number;
  readonly q5: number;
  readonly q95: number;
  /** (q95 + q5 − 2 median) / (q95 − q5): 0 where symmetric, 0.28 for a gamma of shape 4; null of a constant. */
  readonly asymmetry: number | null;
}

/** Where a maximum has it; null where there is no standard error. The interval is Wald's, of 90% like that of the posterior. */
export interface MaximumOf {
  readonly estimate: number;
  readonly se: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** One parameter on both sides. */
export interface Compared {
  readonly posterior: PosteriorOf;
  readonly maximum: MaximumOf;
  /** Posterior mean less estimate, in standard errors; null where there is none. */
  readonly difference: number | null;
}

export type ComparedByName = Readonly<Record<string, Compared>>;

/** One component on both sides, labelled as the posterior's. */
export interface ComparedComponent {
  readonly weight: Compared;
  readonly coefficients: ComparedByName;
  readonly sd?: Compared;
  /** The expert's other parameters, by name. */
  readonly others?: ComparedByName;
  /** Empty where the row is held at zero. */
  readonly gate: ComparedByName;
}

/** Where EM ends that starts from draws of the posterior. */
export interface OptimumOfDraws {
  readonly logLikelihood: number;
  /** So many draws lead there. */
  readonly count: number;
  readonly degenerate: boolean;
}

export interface ComparedLikelihood {
  readonly posteriorMean: number;
  readonly posteriorSd: number;
  readonly q5: number;
  readonly q95: number;
  readonly maximum: number;
  /** Free parameters of the maximum. */
  readonly df: number;
  /** At the posterior means of the parameters; null where labels are refused. */
  readonly atPosteriorMean: number | null;
}

/** What the findings of a comparison rest on. */
export interface CompareEvidence {
  /** None where labels are refused. */
  readonly components: readonly ComparedComponent[];
  /** Why components cannot be compared. */
  readonly refused?: string;
  readonly logLikelihood: ComparedLikelihood;
  /** Highest first. */
  readonly optima: readonly OptimumOfDraws[];
  readonly separated: boolean;
  readonly degenerate: boolean;
  /** Why the maximum has no standard errors. */
  readonly noErrors?: string;
  /** Where the run's number of experts is random: which is compared, and its posterior probability. */
  readonly given?: { readonly components: number; readonly probability: number };
  /** Codes of problems on each side. */
  readonly problems: { readonly run: readonly string[]; readonly maximum: readonly string[] };
}
