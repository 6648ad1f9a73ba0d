import type { Finding } from "../core/diagnostic.ts";
import type { Curves, DataPoints } from "./input.ts";

/** A number with its standard error, null where there is none. */
export interface MaybeEstimate {
  readonly estimate: number;
  readonly se: number | null;
  /** Null where an end is not known, or infinite. */
  readonly interval: MaybeInterval;
}

export type MaybeInterval = readonly [number | null, number | null];

export type MaybeEstimates = Readonly<Record<string, MaybeEstimate>>;

/** One component on the scale of the data. Parameters of the expert that are no coefficients stand by their name. */
export interface FittedComponent {
  /** Mean over rows of its gate probability. */
  readonly weight: number;
  readonly weightSe: number | null;
  readonly weightInterval: MaybeInterval;
  readonly coefficients: MaybeEstimates;
  /** Absent in families without an sd. */
  readonly sd?: MaybeEstimate;
  /** Other parameters of the expert. */
  readonly others?: MaybeEstimates;
  /** Less the mean over components, unless the last one is the baseline. */
  readonly gate: MaybeEstimates;
  /** Less the gate row of the last component. */
  readonly gateAgainstLast: MaybeEstimates;
}

/** A distinct optimum, and how many starts have led to it. */
export interface CensusEntry {
  readonly logLikelihood: number;
  readonly count: number;
  readonly degenerate: boolean;
  /** The kinds of start that have led there. */
  readonly starts: readonly string[];
  /** Of how many rows the log-likelihood is, where the optimum was given up after a part of them. */
  readonly rows?: number;
}

/** An information criterion of a fit, with its definition in words. */
export interface CriterionRow {
  readonly name: string;
  readonly value: number;
  readonly formula: string;
  readonly better: "smaller";
}

/** Everything a page on a maximum shows. */
export interface MaximumInput {
  readonly title: string;
  readonly subtitle: string;
  readonly verdict: string;
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  readonly logLikelihood: number;
  readonly df: number;
  readonly iterations: number;
  readonly gradientNorm: number;
  readonly criteria: readonly CriterionRow[];
  readonly components: readonly FittedComponent[];
  /** Which standard errors these are, or why there are none. */
  readonly errors: string;
  /** What the intervals are; absent where there are none. */
  readonly intervals?: string;
  /** Whether more experts fit better, in a sentence; absent where that was not tested. */
  readonly nextTest?: string;
  readonly census: readonly CensusEntry[];
  /** Rows on which starts were compared: all, or a part of very many. */
  readonly comparedRows: number;
  readonly rows: number;
  /** Over the main covariate, where there is one. */
  readonly curves?: Curves;
  readonly points?: DataPoints;
}
