import type { Finding } from "../core/diagnostic.ts";
import type { CoefficientCurve } from "../core/varying-fit.ts";
import type { DataPoints, ReportInput, Series } from "./input.ts";

/** A function of the index with what is known of its error: at each point, and at all points together. */
export interface BandAlong {
  readonly estimate: Series;
  /** What the bands lie around, where that is not the estimate; and its standard errors. */
  readonly centre?: Series;
  readonly se?: Series;
  readonly lower?: Series;
  readonly upper?: Series;
  readonly simultaneousLower?: Series;
  readonly simultaneousUpper?: Series;
}

/** One coefficient of one component (1 … K) along the grid. */
export interface FunctionAlong
  extends BandAlong,
    Pick<CoefficientCurve, "component" | "part" | "term" | "varies"> {}

/** The difference of a coefficient between two components: `component` less `against`. */
export interface ContrastAlong extends FunctionAlong {
  readonly against: number;
}

/** Probabilities of the components, one a component, at one row of the gate's covariates. */
export interface ProbabilitiesAt {
  readonly at: Readonly<Record<string, number | string>>;
  readonly components: readonly BandAlong[];
}

/** The model along the index, the covariates held. */
export interface VaryingAlong {
  /** Name of the response. */
  readonly y: string;
  /** What the covariates are held at, in words; absent when there are none. */
  readonly held?: string;
  /** P(component), one a component. */
  readonly probabilities: readonly BandAlong[];
  /** E(y | component), one a component. */
  readonly means: readonly Series[];
}

/** What windows of the kernel hold, one value a grid point. */
export interface VaryingWindows {
  readonly effectiveN: Series;
  /** One a component. */
  readonly expertEffectiveN: readonly Series[];
  /** Mean entropy of responsibilities, 0 … 1. */
  readonly overlap: Series;
  /** Grid points where labels are not certain. */
  readonly ambiguous: Series;
}

export interface VaryingBandwidth {
  /** As a share of the range of the index. */
  readonly bandwidth: number;
  readonly inIndex: number;
  /** "given", "chosen by cross-validation". */
  readonly how: string;
  /** Where it was chosen: how every candidate predicts rows left out, less the best; null where it cannot be judged. */
  readonly candidates?: readonly {
    readonly bandwidth: number;
    readonly heldOut: number | null;
    readonly difference: number | null;
    readonly differenceError: number | null;
  }[];
}

/** One number of experts among those tried; null where it cannot be judged. */
export interface VaryingCount {
  readonly components: number;
  readonly bandwidth: number | null;
  readonly heldOut: number | null;
  readonly difference: number | null;
  readonly differenceError: number | null;
  readonly effectiveParameters: number | null;
  readonly aic: number | null;
  readonly bic: number | null;
}

/** Whether something varies, in words. */
export interface VaryingTestRow {
  /** What is constant under the null: "expert: z", "gate". */
  readonly what: string;
  readonly cells: Readonly<Record<string, string>>;
}

/** Everything a page on coefficient functions shows, however they were estimated. */
export interface VaryingInput {
  readonly title: string;
  readonly subtitle: string;
  readonly ok: boolean;
  readonly verdict: string;
  readonly findings: readonly Finding[];
  readonly components: number;
  /** Name of the index; its value in every row, and at the grid points. */
  readonly index: string;
  readonly rows: Series;
  readonly grid: Series;
  readonly functions: readonly FunctionAlong[];
  /** Where they were asked for. */
  readonly contrasts?: readonly ContrastAlong[];
  readonly probabilitiesAt?: readonly ProbabilitiesAt[];
  /** What the bands are, in a sentence; absent where there are none. */
  readonly bands?: string;
  readonly along?: VaryingAlong;
  readonly points?: DataPoints;
  readonly windows?: VaryingWindows;
  /** Where the number of experts was chosen. */
  readonly counts?: { readonly words: string; readonly rows: readonly VaryingCount[] };
  readonly bandwidth?: VaryingBandwidth;
  /** Tests, or Bayes factors, of constancy, with what they are in words. */
  readonly tests?: { readonly words: string; readonly rows: readonly VaryingTestRow[] };
  /** What is known of the draws, where there are any. */
  readonly draws?: ReportInput;
  /** What it takes to do it again. */
  readonly facts: readonly (readonly [string, string])[];
  readonly command?: string;
  readonly declaration: unknown;
}
