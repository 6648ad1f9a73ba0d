/** Which models a stepwise search goes through. */
export interface StepwiseSpace {
  /** The left-hand side of the formula. */
  readonly response: string;
  /** Terms that the experts may have; a categorical column is one term. */
  readonly experts: readonly string[];
  /** Terms that the gate may have. */
  readonly gate: readonly string[];
  /** Default "gaussian". */
  readonly family?: string;
  /** Default 4. */
  readonly maxComponents?: number;
}

export const stepwiseCriteria = ["aic", "aicc", "bic", "icl"] as const;
export const stepwiseDirections = ["forward", "backward"] as const;

export interface StepwiseOptions {
  /** What every step improves; default "bic". */
  readonly criterion?: (typeof stepwiseCriteria)[number];
  /** forward (default): from one expert without covariates; backward: from all covariates and the largest number. */
  readonly direction?: (typeof stepwiseDirections)[number];
  /** Starts of each model; default 20. Starts from the model before are added. */
  readonly starts?: number;
  /** Default 1. */
  readonly seed?: number;
  /** No sd becomes smaller; on the scale of the response. */
  readonly sdFloor?: number;
  /** Threads at most; no number depends on it. */
  readonly workers?: number;
  /** What the data are called. */
  readonly source?: string;
  /** Told of every step taken, the start included. */
  readonly onStep?: (step: { readonly move: string; readonly criterion: number }) => void;
  /** Once aborted, `stepwise` throws a StoppedError. */
  readonly signal?: AbortSignal;
}
