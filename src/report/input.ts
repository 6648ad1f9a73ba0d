import type { Departure, NeverDrawn } from "../../diagnostics/count-moves.ts";
import type { CountPosterior } from "../../diagnostics/count-posterior.ts";
import type {
  ComparedComponent,
  ComparedLikelihood,
  OptimumOfDraws,
} from "../../diagnostics/findings/compare-evidence.ts";
import type { VariableSummary } from "../../diagnostics/summarize.ts";
import type { Finding } from "../core/diagnostic.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { ChainReport, DataFingerprint, SamplingSettings } from "../core/run.ts";

export type { VariableSummary };

/** Numbers in order, in a plain or a typed array. */
export type Series = ArrayLike<number>;

/** A posterior mean with the 5% and 95% quantiles around it, point by point. */
export interface Band {
  readonly mean: Series;
  readonly lower: Series;
  readonly upper: Series;
}

/** What is known of one quantity of one component; quartiles are drawn where they are given. */
export interface Estimate {
  readonly mean: number;
  readonly sd: number;
  readonly q5: number;
  readonly q95: number;
  readonly q25?: number;
  readonly q75?: number;
}

/** One component after relabelling. */
export interface ComponentSummary {
  /** Posterior mean of its average probability over the rows. */
  readonly weight: number;
  readonly coefficients: Readonly<Record<string, Estimate>>;
  readonly sd?: Estimate;
  /** The expert's other single parameters, by name. */
  readonly parameters?: Readonly<Record<string, Estimate>>;
  /** By term of the gate; empty for a component whose row is held at zero. */
  readonly gate: Readonly<Record<string, Estimate>>;
}

/** How labels were made comparable; `refused` says why components are not summarised. */
export interface Relabelling {
  readonly method: string;
  readonly loss: number;
  readonly refused?: string;
}

/** Curves over one covariate; experts and gates are absent where relabelling was refused. */
export interface Curves {
  readonly x: string;
  readonly y: string;
  readonly grid: Series;
  /** What the other covariates are held at, in words; absent when there are none. */
  readonly held?: string;
  /** One a component: E(y | x, component). */
  readonly experts?: readonly Band[];
  /** One a component: P(component | x). */
  readonly gates?: readonly Band[];
  /** Mean and central 90% interval of a new y at x. */
  readonly predictive: Band;
}

/** The data over the covariate of `Curves`; the last two only where labels are comparable. */
export interface DataPoints {
  readonly x: Series;
  readonly y: Series;
  /** 0-based index of the most likely component of each row. */
  readonly expert?: Series;
  /** Its posterior probability. */
  readonly probability?: Series;
}

/** One variable's draws, an array a chain; lengths may differ in a partial run. */
export interface Trace {
  readonly name: string;
  readonly chains: readonly Series[];
}

/** How many rows have each count (or `width` counts from it on): in the data, and in data sets that the posterior makes. */
export interface CountCheck {
  readonly from: Series;
  readonly width: number;
  readonly data: Series;
  readonly replicates: { readonly median: Series; readonly q5: Series; readonly q95: Series };
}

export interface PredictiveChecks {
  /** Densities on one grid: of the data, and of data sets that the posterior makes. */
  readonly density?: {
    readonly grid: Series;
    readonly data: Series;
    readonly replicates: readonly Series[];
  };
  /** Instead of densities, where the response is a count. */
  readonly counts?: CountCheck;
  /** P(new y ≤ y[i] | data), leave-one-out where available. */
  readonly pit?: Series;
  /** y[i] minus its posterior predictive mean, against a covariate; in predictive sds if it says so. */
  readonly residuals?: {
    readonly x: string;
    readonly at: Series;
    readonly values: Series;
    readonly inSds?: true;
  };
}

/** An estimate of the expected log pointwise predictive density. */
export interface ElpdRow {
  /** "PSIS-LOO", "WAIC". */
  readonly method: string;
  readonly elpd: number;
  readonly se: number;
  /** Effective number of parameters. */
  readonly p: number;
  /** How many rows the estimate cannot be trusted at, and the largest Pareto k̂ (PSIS-LOO only). */
  readonly unreliable?: number;
  readonly worstK?: number;
}

/** A block of parameters: its prior in words, and the update that samples it. */
export interface PriorLine {
  readonly block: string;
  readonly prior: string;
  readonly update?: string;
}

/** What it takes to do the run again. */
export interface RunFacts {
  readonly version: string;
  readonly seconds: number;
  readonly settings: SamplingSettings;
  readonly data: DataFingerprint;
  /** A command line that makes the same draws. */
  readonly command?: string;
  /** When the run ended, in words; given, never read from a clock. */
  readonly finished?: string;
  readonly chains: readonly ChainReport[];
  readonly model: ModelDeclaration;
  readonly priors: readonly PriorLine[];
}

/** What is known of a random number of experts, and how chains moved between numbers. */
export interface CountReport extends CountPosterior {
  readonly departures: readonly Departure[];
  readonly neverDrawn: readonly NeverDrawn[];
}

/** Everything that a page shows of a posterior beside a maximum. */
export interface ComparisonInput {
  readonly title: string;
  readonly subtitle: string;
  readonly ok: boolean;
  readonly verdict: string;
  readonly findings: readonly Finding[];
  /** Empty where labels are refused. */
  readonly components: readonly ComparedComponent[];
  /** Ordered parameters, where labels are refused. */
  readonly ordered: ComparedComponent["gate"];
  readonly logLikelihood: ComparedLikelihood;
  readonly optima: readonly OptimumOfDraws[];
  /** Both over the main covariate, where there is one. */
  readonly curves?: Curves;
  readonly predictive?: Band;
  readonly points?: DataPoints;
}

/**
 * Everything a report can show. Only the first block is always there: draws of other software have
 * no run, no data and no model, and what is absent is left out of the report.
 */
export interface ReportInput {
  readonly title: string;
  readonly ok: boolean;
  /** One sentence in plain words. */
  readonly verdict: string;
  readonly findings: readonly Finding[];
  /** Label-invariant ones first. */
  readonly variables: readonly VariableSummary[];
  /** The few variables whose chains are drawn. */
  readonly traces: readonly Trace[];

  readonly run?: RunFacts;
  readonly curves?: Curves;
  readonly points?: DataPoints;
  /** Absent or empty where relabelling was refused. */
  readonly components?: readonly ComponentSummary[];
  readonly relabelling?: Relabelling;
  readonly checks?: PredictiveChecks;
  readonly elpd?: readonly ElpdRow[];
  /** Where the number of experts is random. */
  readonly count?: CountReport;
  /** Where the maximum of the likelihood was asked for beside the posterior. */
  readonly comparison?: ComparisonInput;
}
