import type { Block, ChainOutcome } from "./job.ts";

/** What a worker thread is given; jobs come as messages, the next when the last is done. */
export interface WorkerData {
  /** One shared number; not 0 when chains are to stop. */
  readonly stop: Int32Array;
}

/** What a worker thread says. */
export type WorkerMessage =
  | { readonly kind: "block"; readonly block: Block }
  | { readonly kind: "done"; readonly outcome: ChainOutcome };
