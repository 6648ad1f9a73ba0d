import type { Finding } from "./diagnostic.ts";

/** What all summaries of experiments say. */
interface ExperimentSummaryBase {
  readonly name: string;
  readonly verdict: "ok" | "problems";
  readonly conclusion: string;
  readonly findings: readonly Finding[];
  /** Tasks of the plan, and those that are not done. */
  readonly tasks: number;
  readonly missing: number;
  readonly seed: number;
  readonly version: string;
}

/** A slope of log median on a function of log n; the interval is a bootstrap of the replicates within each n. */
export interface FittedSlope {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** How fast one measure of a fit falls with n. */
export interface Rate {
  readonly truth: string;
  readonly fit: string;
  readonly measure: string;
  /** On log n. */
  readonly slope: FittedSlope;
  /** On log(log n / n): what the density rate √(log n / n) has as 1/2. Absent where n < 3 is among the sizes. */
  readonly slopeOfLogRate: FittedSlope | null;
  /** On log n; null where theory says nothing. */
  readonly theory: number | null;
  /** Where the literature proves a slower one than `theory`. */
  readonly published: number | null;
  /** Whether the interval's lower end is at or below theory's slope; null without theory. */
  readonly notSlower: boolean | null;
}

/** One measure in one cell of the grid. */
export interface MeasureAtSize {
  readonly measure: string;
  readonly median: number;
  /** Without the lowest and the highest tenth. */
  readonly trimmedMean: number;
  /** Quartiles. */
  readonly low: number;
  readonly high: number;
  /** Replicates that have it. */
  readonly count: number;
}

/** How often the number of experts was found in one cell. */
export interface ChoiceAtSize {
  readonly how: string;
  /** Mean over replicates of the probability of the true number. */
  readonly ofTruth: number;
  /** Share of the replicates whose most probable number is the true one, with an exact 95% interval. */
  readonly hits: FittedSlope;
  /** Mean probability by number of experts. */
  readonly shares: Readonly<Record<string, number>>;
}

/** All replicates of one truth, fit and size. */
export interface ContractionCell {
  readonly truth: string;
  readonly fit: string;
  readonly n: number;
  readonly replicates: number;
  /** Replicates by what the matter is: failed and degenerate ones are left out of all numbers, the others kept. */
  readonly failed: number;
  readonly degenerate: number;
  readonly notConverged: number;
  readonly unsettled: number;
  readonly measures: readonly MeasureAtSize[];
  readonly choices: readonly ChoiceAtSize[];
}

export interface ContractionSummary extends ExperimentSummaryBase {
  readonly kind: "contraction";
  readonly rates: readonly Rate[];
  readonly cells: readonly ContractionCell[];
}

/** Ranks of one variable over all replicates. */
export interface RankTest {
  readonly variable: string;
  /** Of Pearson's chi-squared test that ranks are uniform; null with too few replicates. */
  readonly pValue: number | null;
  readonly counts: readonly number[];
}

export interface CalibrationSummary extends ExperimentSummaryBase {
  readonly kind: "calibration";
  readonly replicates: number;
  readonly failed: number;
  /** Median over replicates of the least effective sample size; null where there is none. */
  readonly ess: number | null;
  readonly variables: readonly RankTest[];
}

/** How often the intervals of one variable hold the truth. */
export interface Coverage {
  readonly variable: string;
  /** Exact 95% interval; over all variables together, see `asStated`. */
  readonly share: FittedSlope;
  readonly meanLength: number;
  readonly count: number;
  /** Whether the stated level is within the exact interval with 95% over all variables together. */
  readonly asStated: boolean;
}

export interface CoverageSummary extends ExperimentSummaryBase {
  readonly kind: "coverage";
  readonly method: "mle" | "posterior";
  readonly level: number;
  readonly replicates: number;
  readonly failed: number;
  readonly variables: readonly Coverage[];
}

/** What an experiment has found; plain data. */
export type ExperimentSummary = ContractionSummary | CalibrationSummary | CoverageSummary;
