import type { Finding } from "../core/diagnostic.ts";
import type { WithError } from "./selection-input.ts";

/** A model by what tells it from the others of a comparison. */
export interface ModelName {
  readonly formula: string;
  readonly components: number;
}

/** Held-out Σ log p(y | x). */
export interface CrossValidated extends WithError {
  /** Less that of the best model, with the standard error of the difference over rows. */
  readonly difference: WithError;
  /** Folds whose fit has a degenerate expert. */
  readonly degenerateFolds: number;
}

/** The maximum of one model and what is counted from it; null where a criterion is not defined. */
export interface GridModel extends ModelName {
  readonly logLikelihood: number;
  /** Number of free parameters. */
  readonly df: number;
  readonly aic: number;
  readonly aicc: number | null;
  readonly bic: number;
  readonly icl: number;
  readonly nec: number | null;
  /** Absent without cross-validation. */
  readonly cv?: CrossValidated;
  readonly converged: boolean;
  /** An expert's likelihood has no bound: not a maximum, and never the best while there is another. */
  readonly degenerate: boolean;
}

/** What models are ranked by. */
export interface RankedBy {
  readonly name: string;
  readonly formula: string;
  readonly better: "smaller" | "larger";
}

/** Everything a page on a grid of models shows. */
export interface GridInput {
  readonly title: string;
  readonly subtitle: string;
  readonly ok: boolean;
  readonly verdict: string;
  readonly findings: readonly Finding[];
  readonly models: readonly GridModel[];
  readonly criteria: readonly RankedBy[];
  /** By the name of the criterion. */
  readonly best: Readonly<Record<string, ModelName>>;
}
