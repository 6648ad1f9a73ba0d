import { MoebiusError, SamplerError } from "../core/errors.ts";
import type { Info, Kernel } from "../core/kernel.ts";
import type { State } from "../core/target.ts";
import { createRng } from "../math/rng.ts";
import {
  type Block,
  type ChainFailure,
  type ChainOutcome,
  type Job,
  totalIterations,
} from "./job.ts";
import { copyState, createKeeper, type Keeper, type Standing } from "./keeper.ts";
import { createTally, type Tally } from "./tally.ts";

/** How often a chain hands over what it has drawn. */
export const BLOCK_SECONDS = 0.2;

/** What a running chain asks of the place where it runs; no answer decides a draw. */
export interface Control {
  /** Seconds on a clock that does not run backwards. */
  now(): number;
  /** Asked before every iteration. */
  shouldStop(): boolean;
  /** Seconds between blocks. */
  readonly blockSeconds: number;
}

/** Writes what is kept of a state into a row, one number a variable. */
export interface Recorder {
  readonly variables: readonly string[];
  /** `info` is of the step that led to the state; row has the length of `variables`. */
  record(state: State, info: Info, row: Float64Array): void;
}

/** What a chain needs of a model that has met its data. */
export interface Program {
  readonly kernel: Kernel;
  readonly recorder: Recorder;
}

/** What `drive` reads of a job. */
export type Where = Pick<Job, "chain" | "settings" | "resumeFrom">;

/**
 * Runs one chain from its start or checkpoint, yielding blocks of draws and at the end how it went.
 * An error of the kernel, or a NaN log density, ends the chain as failed after the last good iteration.
 */
export function* drive(
  prepare: () => Program,
  job: Where,
  control: Control,
): Generator<Block, ChainOutcome> {
  const chain = job.chain;
  let walk: Walk | undefined;
  try {
    walk = createWalk(prepare(), job, control.now);
    let flushed = control.now();
    while (!walk.done && !control.shouldStop()) {
      walk.step();
      if (walk.blockIsFull || control.now() - flushed >= control.blockSeconds) {
        yield walk.block();
        flushed = control.now();
      }
    }
  } catch (error) {
    if (walk !== undefined) yield walk.block();
    return { chain, status: "failed", failure: failureOf(error, job, walk?.iteration ?? 0) };
  }
  yield walk.block();
  return { chain, status: walk.done ? "complete" : "partial" };
}

/** A chain on its way. */
interface Walk {
  /** Good iterations so far. */
  readonly iteration: number;
  readonly done: boolean;
  readonly blockIsFull: boolean;
  step(): void;
  block(): Block;
}

function createWalk(program: Program, job: Where, now: () => number): Walk {
  const { kernel, recorder } = program;
  const { chain, settings } = job;
  const began = now() - (job.resumeFrom?.seconds ?? 0);
  const from = job.resumeFrom ?? firstStanding(kernel, job);
  if (from.learned !== undefined) kernel.learned?.set(from.learned);
  const rng = from.rng.slice();
  let state = copyState(from.state);
  const keeper = createKeeper(recorder.variables.length, from);
  const tally = createTally(job.resumeFrom?.acceptance, job.resumeFrom?.firstVisits);
  const record = createRecording(recorder, settings, keeper, tally);
  if (job.resumeFrom === undefined) tally.visit(state.theta.rows, 0);
  const total = totalIterations(settings);
  let logLikelihood = Number.NaN;
  return {
    get iteration() {
      return keeper.iteration;
    },
    get done() {
      return keeper.iteration >= total;
    },
    get blockIsFull() {
      return keeper.full;
    },
    step() {
      const iteration = keeper.iteration + 1;
      const isWarmup = iteration <= settings.warmup;
      const transition = kernel.step(rng, state, isWarmup);
      state = transition.state;
      tally.visit(state.theta.rows, iteration);
      const { withDraw, value } = record(iteration, state, transition.info);
      // After warm-up nothing is learned, and what has been may be long.
      keeper.commit(rng, state, withDraw, isWarmup ? kernel.learned : undefined);
      logLikelihood = value;
    },
    block() {
      const seconds = now() - began;
      const acceptance = tally.totals();
      const firstVisits = tally.firstVisits();
      const moves = kernel.notes === undefined ? {} : { moves: kernel.notes() };
      const checkpoint = { ...keeper.standing, acceptance, firstVisits, ...moves, seconds };
      return { chain, ...keeper.take(), checkpoint, logLikelihood };
    },
  };
}

function firstStanding(kernel: Kernel, { settings, chain }: Where): Standing {
  const rng = createRng(settings.seed, chain);
  const state = kernel.init(rng);
  const standing = { iteration: 0, draws: 0, rng, state };
  return kernel.learned === undefined ? standing : { ...standing, learned: kernel.learned.slice() };
}

/** Writes the draw of an iteration where one is due and checks its log densities; throws a SamplerError on NaN. */
function createRecording(
  recorder: Recorder,
  { warmup, thin }: Job["settings"],
  keeper: Keeper,
  tally: Tally,
) {
  const likelihood = recorder.variables.indexOf("log_likelihood");
  const posterior = recorder.variables.indexOf("log_posterior");
  return (iteration: number, state: State, info: Info) => {
    let value = info["log_likelihood"] ?? Number.NaN;
    if ("log_likelihood" in info) mustBeNumber("log_likelihood", value);
    const afterWarmup = iteration - warmup;
    const withDraw = afterWarmup > 0 && afterWarmup % thin === 0;
    if (withDraw) {
      const row = keeper.nextRow();
      recorder.record(state, info, row);
      value = row[likelihood]!;
      mustBeNumber("log_likelihood", value);
      mustBeNumber("log_posterior", row[posterior]!);
    }
    if (afterWarmup > 0) tally.add(info);
    return { withDraw, value };
  };
}

function mustBeNumber(name: string, value: number): void {
  if (!Number.isNaN(value)) return;
  throw new SamplerError(
    `${name} must be a number; got NaN; look for extreme values in the data, or use tighter priors`,
  );
}

/** Any error as plain data that says where it happened. */
function failureOf(error: unknown, { chain, settings }: Where, done: number): ChainFailure {
  const reason = error instanceof Error ? error.message : String(error);
  const details = error instanceof MoebiusError ? error.details : {};
  const iteration = done + 1;
  const seed = settings.seed;
  return {
    message: `chain ${chain} (seed ${seed}) failed at iteration ${iteration}: ${reason}`,
    details: { ...details, seed, chain, iteration },
  };
}
