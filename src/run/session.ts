import type { Compiled } from "../../models/compile.ts";
import type { ChainDraws } from "../core/draws.ts";
import type { ChainReport } from "../core/run.ts";
import { createCollector } from "./collector.ts";
import type { Executor } from "./executor.ts";
import {
  type ChainOutcome,
  type Checkpoint,
  type Declared,
  type Job,
  type Shared,
  totalIterations,
} from "./job.ts";
import { type Progress, silent } from "./progress.ts";
import { createBoard } from "./progress-board.ts";
import type { Plan } from "./settings.ts";
import type { RunFolder } from "./store.ts";

/** What a session works with. */
export interface SessionParts {
  readonly plan: Plan;
  readonly compiled: Compiled;
  /** What each chain is sent of it. */
  readonly data: Declared | Shared;
  /** How many variables are recorded. */
  readonly variables: number;
  readonly executor: Executor;
  /** What was drawn before is taken from here, and what is drawn is kept here. */
  readonly folder?: RunFolder | undefined;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What came of a session: all draws, those of earlier sessions included. */
export interface SessionResult {
  readonly draws: readonly ChainDraws[];
  readonly reports: readonly ChainReport[];
  readonly outcomes: readonly ChainOutcome[];
}

/** Runs every chain that is not complete, from where it stands. */
export async function runSession(parts: SessionParts): Promise<SessionResult> {
  const { plan, folder, signal, progress = silent() } = parts;
  const { settings } = plan;
  const standing = plan.starts.map((_, index) => folder?.checkpoint(index + 1));
  const board = createBoard(settings, [...standing]);
  const collector = createCollector(parts.variables, settings.draws);
  for (const [index, checkpoint] of standing.entries()) {
    const values = folder?.draws(index + 1, checkpoint?.draws ?? 0);
    if (values !== undefined) collector.put({ chain: index + 1, firstDraw: 0, values });
  }
  const jobs = jobsOf(parts, standing);
  progress.start(settings);
  try {
    const outcomes = await parts.executor(jobs, {
      signal,
      onBlock(block) {
        collector.put(block);
        folder?.append(block);
        standing[block.chain - 1] = block.checkpoint;
        board.block(block);
        progress.update(board.chains());
      },
      onOutcome(outcome) {
        board.outcome(outcome);
        progress.update(board.chains());
      },
    });
    const reports = reportsOf(parts, standing, outcomes);
    return { draws: collector.draws(), reports, outcomes };
  } finally {
    progress.stop();
  }
}

function jobsOf(
  { plan, data }: SessionParts,
  standing: readonly (Checkpoint | undefined)[],
): Job[] {
  const { settings, starts } = plan;
  const total = totalIterations(settings);
  return starts.flatMap((start, index) => {
    const resumeFrom = standing[index];
    const job = { ...data, settings, chain: index + 1, start };
    if (resumeFrom === undefined) return [job];
    return resumeFrom.iteration < total ? [{ ...job, resumeFrom }] : [];
  });
}

type Standing = Pick<Checkpoint, "draws" | "seconds" | "acceptance" | "firstVisits" | "moves">;

/** How each chain went; one without an outcome had been complete before. */
function reportsOf(
  { plan: { starts }, compiled }: SessionParts,
  standing: readonly (Checkpoint | undefined)[],
  outcomes: readonly ChainOutcome[],
): ChainReport[] {
  const isRandom = typeof compiled.target.components !== "number";
  return starts.map((start, index) => {
    const chain = index + 1;
    const { draws, seconds, acceptance, firstVisits, moves }: Standing =
      standing[index] ?? NOTHING_YET;
    const outcome = outcomes.find((one) => one.chain === chain);
    const status = outcome?.status ?? "complete";
    const visits = isRandom ? { firstVisits } : {};
    const notes = moves === undefined ? {} : { moves };
    const report = { chain, start, status, draws, seconds, acceptance, ...visits, ...notes };
    const error = outcome?.failure?.message;
    return error === undefined ? report : { ...report, error };
  });
}

/** Where a chain stands before its first block. */
export const NOTHING_YET = { draws: 0, seconds: 0, acceptance: {}, firstVisits: {} };
