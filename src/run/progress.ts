import type { SamplingSettings } from "../core/run.ts";

/** How far one chain is. */
export interface ChainProgress {
  /** 1-based. */
  readonly chain: number;
  readonly phase: "waiting" | "warmup" | "sampling" | "complete" | "partial" | "failed";
  /** Iterations done of `iterations`, warm-up included. */
  readonly iteration: number;
  readonly iterations: number;
  /** Draws kept so far. */
  readonly draws: number;
  /** Iterations a second in this session; NaN before the first block. */
  readonly rate: number;
  /** Expected seconds to the end; NaN when unknown. */
  readonly secondsLeft: number;
  /** Of the latest iteration; NaN when unknown. */
  readonly logLikelihood: number;
}

/** Where progress is shown; it is told, it never asks. */
export interface Progress {
  start(settings: SamplingSettings): void;
  update(chains: readonly ChainProgress[]): void;
  stop(): void;
}

/** Shows nothing. */
export function silent(): Progress {
  return { start() {}, update() {}, stop() {} };
}
