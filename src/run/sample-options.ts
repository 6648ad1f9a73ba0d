import type { Sampler } from "../core/kernel.ts";
import type { Executor } from "./executor.ts";
import type { Progress } from "./progress.ts";

/** How to sample; everything has a default but what identifies the data's source. */
export interface SampleOptions {
  /** A sampler such as `gibbs()`, or the name of a registered one; default "auto": gibbs, or all moves where the number of components is random. */
  readonly sampler?: string | Pick<Sampler, "name" | "options">;
  readonly samplerOptions?: Readonly<Record<string, string | number>>;
  /** Default 4. */
  readonly chains?: number;
  /** Iterations thrown away at the start of each chain; default 1000. */
  readonly warmup?: number;
  /** Draws kept a chain, after thinning; default 1000, or 4000 where the number of components is random. */
  readonly draws?: number;
  /** Every how many iterations a draw is kept; default 1. */
  readonly thin?: number;
  /** Whole number from 0 to 2^53 − 1; default 1. */
  readonly seed?: number;
  /** Chain c starts as starts[(c − 1) mod length] says. */
  readonly starts?: readonly string[];
  /** Threads at most; default as many as there are cores. */
  readonly workers?: number;
  /** Where the chains run; default worker threads. */
  readonly executor?: Executor;
  /** Folder that keeps the run. */
  readonly out?: string;
  /** Continue the run in `out`; `draws` may be larger than it was, all else must agree. */
  readonly resume?: boolean;
  /** Replace the run in `out`. */
  readonly overwrite?: boolean;
  readonly progress?: Progress;
  /** Aborting it stops all chains; what has been drawn is kept and the run is partial. */
  readonly signal?: AbortSignal;
  /** What the data are called in reports, such as the file's name. */
  readonly source?: string;
  /** A command line that makes the same draws, shown in reports. */
  readonly command?: string;
}
