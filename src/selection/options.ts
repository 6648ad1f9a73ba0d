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
  /** Folder that keeps every run: `run` with a random number of experts, `fixed-1`, `fixed-2`, … with each number. */
  readonly out?: string;
  readonly overwrite?: boolean;
  /** Continue in `out` what was stopped there: runs that ended are read, not drawn again. */
  readonly resume?: boolean;
  /** What the data are called. */
  readonly source?: string;
  /** Told of every run in turn. */
  readonly progress?: Progress;
  /** Told what is being done, before it is. */
  readonly onStage?: (stage: string) => void;
  /** Once aborted, `select` throws as soon as what was drawn is kept. */
  readonly signal?: AbortSignal;
}
