import type { Block, ChainOutcome, Job } from "./job.ts";

/** What a worker thread is given. */
export interface WorkerData {
  readonly job: Job;
  /** One shared number; not 0 when the chain is to stop. */
  readonly stop: Int32Array;
}

/** What a worker thread says. */
export type WorkerMessage =
  | { readonly kind: "block"; readonly block: Block }
  | { readonly kind: "done"; readonly outcome: ChainOutcome };
