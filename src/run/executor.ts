import type { Block, ChainOutcome, Job } from "./job.ts";

/** What the one who runs chains is told while they run. */
export interface RunHooks {
  /** Called in the order of the draws of each chain; when it throws, all chains are stopped and the run rejects. */
  onBlock(block: Block): void;
  /** Called when a chain has ended. */
  onOutcome(outcome: ChainOutcome): void;
  /** When aborted, every chain stops after its current iteration with the status "partial". */
  readonly signal?: AbortSignal | undefined;
}

/** Where chains run. Outcomes come in the order of the jobs; a chain that fails is an outcome, not a rejection. */
export type Executor = (jobs: readonly Job[], hooks: RunHooks) => Promise<readonly ChainOutcome[]>;
