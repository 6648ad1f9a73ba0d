import type { Progress } from "../run/progress.ts";

/** How to choose the number of experts. */
export interface SelectOptions {
  /** The largest number considered; default 8. A prior on the number in the model brings its own. */
  readonly max?: number;
  /** Default 1. */
  readonly seed?: number;
  /** Of every run: the one with a random number, and one for each number. Defaults as of `sample`. */
  readonly chains?: number;
  readonly warmup?: number;
  readonly draws?: number;
  /** Threads at most. */
  readonly workers?: number;
  /** Folder that keeps the run with a random number of experts, as `sample` does. */
  readonly out?: string;
  readonly overwrite?: boolean;
  /** What the data are called. */
  readonly source?: string;
  readonly progress?: Progress;
  /** Told what is being done, before it is. */
  readonly onStage?: (stage: string) => void;
  readonly signal?: AbortSignal;
}
