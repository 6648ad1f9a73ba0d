import type { Finding } from "../core/diagnostic.ts";

/** A number with its standard error. */
export interface WithError {
  readonly value: number;
  readonly se: number;
}

/** The posterior of the number of experts under one prior; index k of a list is the number k + 1. */
export interface CountUnderPrior {
  /** In words. */
  readonly prior: string;
  readonly priorProbability: readonly number[];
  readonly probability: readonly number[];
  readonly mcse: readonly number[];
  /** Of K₊, under the prior of the run alone. */
  readonly filled?: readonly number[];
  /** From the evidence of each number, where that is known. */
  readonly fromEvidence?: readonly WithError[];
}

/** What is known of a fixed number of experts. */
export interface OneCount {
  readonly components: number;
  /** By tempered sequential Monte Carlo. */
  readonly logEvidence?: WithError & { readonly unreliable: boolean };
  /** By bridge sampling from the draws; NaN where there is none. */
  readonly evidenceOfDraws?: WithError & {
    readonly overlap: number;
    readonly effective: number;
    /** Chains stuck where next to none of the posterior is. */
    readonly leftOut: number;
    /** Why it is not to be trusted, or missing, as a clause; absent where it is. */
    readonly unreliable?: string;
  };
  readonly loo?: WithError & {
    readonly p: number;
    readonly worstK: number;
    readonly badK: number;
    /** elpd row by row. */
    readonly pointwise: Float64Array;
    /** elpd less that of the number with the highest, with the standard error of the difference. */
    readonly difference?: WithError;
  };
  readonly waic?: WithError & { readonly p: number };
  /** withLabels: + log K!; ofMixture: of the mixture of all relabelled copies, for few experts. */
  readonly bound?: WithError & { readonly withLabels: number; readonly ofMixture?: number };
  /** At the maximum of the likelihood. */
  readonly maximum?: {
    readonly logLikelihood: number;
    readonly df: number;
    readonly aic: number;
    readonly bic: number;
    readonly icl: number;
    readonly converged: boolean;
    /** An expert's likelihood has no bound: the criteria mean nothing. */
    readonly degenerate: boolean;
  };
  /** The largest R-hat of the label-invariant variables. */
  readonly rhat: number;
}

/** What merge–truncate–merge leaves of the draws with the most experts. */
export interface AtomsLeft {
  readonly constant: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly mode: number;
  /** The most atoms that this threshold can leave. */
  readonly most: number;
}

/** Everything that a page on the number of experts shows. */
export interface SelectionInput {
  readonly title: string;
  readonly subtitle: string;
  readonly ok: boolean;
  readonly verdict: string;
  readonly findings: readonly Finding[];
  readonly max: number;
  /** The prior of the run first. */
  readonly priors: readonly CountUnderPrior[];
  readonly counts: readonly OneCount[];
  readonly atoms: readonly AtomsLeft[];
  /** By number of experts, the criterion of the dendrogram; and the number it picks. */
  readonly dendrogram?: {
    readonly dsc: Readonly<Record<string, number>>;
    readonly chosen: number;
  };
}
