import type { Draws } from "./draws.ts";
import type { Acceptance } from "./gate.ts";
import type { MoveNote } from "./kernel.ts";
import type { ModelDeclaration } from "./model.ts";

/** What decides the draws: the same settings give the same draws, bit for bit. */
export interface SamplingSettings {
  readonly sampler: string;
  readonly samplerOptions: Readonly<Record<string, string | number>>;
  readonly chains: number;
  readonly warmup: number;
  /** Kept iterations a chain, after thinning. */
  readonly draws: number;
  readonly thin: number;
  readonly seed: number;
}

/** How one chain went. */
export interface ChainReport {
  /** 1-based. */
  readonly chain: number;
  readonly start: string;
  readonly status: "complete" | "partial" | "failed";
  /** Draws kept. */
  readonly draws: number;
  readonly seconds: number;
  /** By move, after warm-up. */
  readonly acceptance: Readonly<Record<string, Acceptance>>;
  /**
   * Where the number of components is random: the first iteration, warm-up included, after which the chain had so many;
   * 0 for the number that it started with.
   */
  readonly firstVisits?: Readonly<Record<string, number>>;
  /** What the kernel has settled on in warm-up, where it chooses among moves. */
  readonly moves?: readonly MoveNote[];
  /** One sentence, where the status is "failed". */
  readonly error?: string;
}

/** Which data a run has seen. */
export interface DataFingerprint {
  readonly source: string;
  readonly rows: number;
  /** Rows left out because a value was missing. */
  readonly dropped: number;
  /** Of the columns that the model uses, after dropping. */
  readonly sha256: string;
}

/** Draws with everything needed to make them again. */
export interface Run {
  /** Every default filled in. */
  readonly model: ModelDeclaration;
  readonly settings: SamplingSettings;
  readonly data: DataFingerprint;
  readonly version: string;
  /** A command line that makes the same draws, where one did. */
  readonly command?: string;
  readonly seconds: number;
  readonly chains: readonly ChainReport[];
  readonly draws: Draws;
}
