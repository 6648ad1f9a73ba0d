import type { Prepared } from "../../models/compile.ts";
import type { Table } from "../core/data.ts";
import type { Acceptance } from "../core/gate.ts";
import type { MoveNote } from "../core/kernel.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { SamplingSettings } from "../core/run.ts";
import type { State } from "../core/target.ts";
import type { Rng } from "../math/rng.ts";
import type { FirstVisits } from "./tally.ts";

/** Where a chain stands after whole iterations: everything that its later draws depend on. */
export interface Checkpoint {
  /** Iterations done, warm-up included. */
  readonly iteration: number;
  /** Draws recorded so far. */
  readonly draws: number;
  readonly rng: Rng;
  readonly state: State;
  /** By move, after warm-up. */
  readonly acceptance: Readonly<Record<string, Acceptance>>;
  /** When each number of components was first visited. */
  readonly firstVisits: FirstVisits;
  /** What the kernel has learned in warm-up, where it learns. */
  readonly learned?: Float64Array;
  /** The same in words, where it chooses among moves. */
  readonly moves?: readonly MoveNote[];
  /** Time spent, earlier sessions included; no draw depends on it. */
  readonly seconds: number;
}

/** A model and a table, yet to be compiled; plain data of their own, to be sent anywhere. */
export interface Declared {
  /** Every default filled in. */
  readonly model: ModelDeclaration;
  /** Complete rows of the columns that the model uses. */
  readonly table: Table;
}

/** The same already prepared, for threads of this process, which may share its arrays. */
export interface Shared {
  readonly prepared: Prepared;
  readonly anchors: AnchorRows;
}

/** The few rows at which predictions are recorded. */
export interface AnchorRows {
  /** Row numbers, 1-based. */
  readonly rows: readonly number[];
  /** These rows. */
  readonly table: Table;
}

/** One chain to run; it survives a structured clone, so it can be sent to where it runs. */
export type Job = DeclaredJob | SharedJob;
export type DeclaredJob = Declared & Task;
export type SharedJob = Shared & Task;

interface Task {
  readonly settings: SamplingSettings;
  /** 1-based; chain c draws from the stream (seed, c) and from nothing else. */
  readonly chain: number;
  /** How the chain starts: the name of a start of the sampler. */
  readonly start: string;
  readonly resumeFrom?: Checkpoint;
}

/** What a running chain hands over from time to time; when it does so decides no draw. */
export interface Block {
  readonly chain: number;
  /** Draws of this chain before this block. */
  readonly firstDraw: number;
  /** Draws × variables, row-major; empty while warming up. */
  readonly values: Float64Array<ArrayBuffer>;
  /** Where the chain stands after the last of these draws. */
  readonly checkpoint: Checkpoint;
  /** Of the latest iteration; NaN where the kernel does not say. */
  readonly logLikelihood: number;
}

/** Why a chain failed, as plain data. */
export interface ChainFailure {
  readonly message: string;
  /** Seed, chain and iteration, and what the kernel added. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** How a chain ended; its draws went out in blocks. */
export interface ChainOutcome {
  readonly chain: number;
  readonly status: "complete" | "partial" | "failed";
  /** Present where the status is "failed". */
  readonly failure?: ChainFailure;
}

/** How many iterations a chain has in all. */
export function totalIterations({ warmup, draws, thin }: SamplingSettings): number {
  return warmup + draws * thin;
}
