/** How to maximize a grid of models. */
export interface GridOptions {
  /** The numbers of experts; default 1 to 4. */
  readonly components?: readonly number[];
  /** Of the cross-validation; default 10, 0 for none. */
  readonly folds?: number;
  /** Starts of each model; default 20. Starts from smaller models are added. */
  readonly starts?: number;
  /** Starts of each model without a fold; default a quarter of `starts`. */
  readonly foldStarts?: number;
  /** Default 1. */
  readonly seed?: number;
  /** No sd becomes smaller; on the scale of the response. */
  readonly sdFloor?: number;
  /** Of every start; default 2000. */
  readonly maxIterations?: number;
  /** Threads at most; no number depends on it. */
  readonly workers?: number;
  /** What the data are called. */
  readonly source?: string;
  /** Told after every model how many are done of how many. */
  readonly progress?: (done: number, total: number) => void;
  /** Once aborted, `maximizeGrid` throws a StoppedError. */
  readonly signal?: AbortSignal;
}
