import { type Compiled, compilePrepared } from "../../models/compile.ts";
import { type PreparedPart, preparedPart } from "../../models/part.ts";
import { emProblem } from "../../samplers/em/problem.ts";
import { type CallSizes, sizesOfCalls } from "../../samplers/em/row-parts.ts";
import { SamplerError, StoppedError } from "../core/errors.ts";
import type { Target } from "../core/target.ts";
import type { ClimbSettings, ClimbSetup, ClimbTask } from "../run/climb-task.ts";
import { sharedBy } from "../run/sent.ts";
import { runTasks } from "../run/tasks.ts";
import { threadsFor } from "./bootstrap.ts";
import { sameOptimum } from "./census.ts";
import type { Climbed, RatedClimb } from "./maximum.ts";
import { highest, isDegenerate, leadersOf } from "./rate-climbs.ts";

export interface ClimbAllOptions {
  readonly seed: number;
  readonly settings: ClimbSettings;
  /** For the start "given": the component of each row, 0-based. */
  readonly given?: Int32Array;
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly progress?:
    | ((done: number, total: number, what: "starts" | "maxima") => void)
    | undefined;
}

/** Distinct optima of a part of the rows that are followed on all of them, at most. */
const FOLLOWED = 3;
/** A climb on a part ends where an iteration gains less, relative to 1 + |objective|, … */
const LOOSE = 1e-7;
/** … or after so many iterations. */
const FEW_ITERATIONS = 200;

/**
 * Climbs from all starts. Of very many rows a part decides which optima are worth following: the highest distinct ones
 * are climbed to the end on all rows, and starts that led to the same one share its numbers.
 */
export async function climbAll(
  compiled: Compiled,
  tasks: readonly ClimbTask[],
  options: ClimbAllOptions,
): Promise<Climbed> {
  const part = preparedPart(compiled.prepared);
  const { model, table } = compiled;
  if (part === undefined) {
    const climbs = await climbOn(compiled.target, { model, table }, tasks, options);
    return reached(climbs, options);
  }
  return followBest(compiled, part, tasks, options);
}

type Place = Pick<ClimbSetup, "model" | "table" | "prepared">;

async function climbOn(
  target: Target,
  place: Place,
  tasks: readonly ClimbTask[],
  { seed, settings, given, signal, progress, ...options }: ClimbAllOptions,
  what: "starts" | "maxima" = "starts",
): Promise<RatedClimb[]> {
  const workers = options.workers ?? threadsFor(target.n * target.capacity * tasks.length);
  const setup = { ...place, seed, settings, ...(given === undefined ? {} : { given }) };
  const told = (done: number, total: number) => progress?.(done, total, what);
  const calls = callsOf(target, settings);
  const climbs = await runTasks("climb", setup, tasks, { workers, progress: told, signal, calls });
  if (signal?.aborted === true)
    throw new StoppedError("the maximization was stopped before its end");
  return climbs.map((climb) => ({
    ...climb!,
    degenerate: Number.isFinite(climb!.logLikelihood) && isDegenerate(target, climb!, settings),
  }));
}

/** What threads without a start can help with: passes over very many rows, where the climbs make such. */
function callsOf(target: Target, settings: ClimbSettings): CallSizes | undefined {
  const sizes = sizesOfCalls(target, target.capacity);
  const hasPasses = sizes !== undefined && emProblem(target, target.capacity, settings).hasPasses;
  return hasPasses ? sizes : undefined;
}

async function followBest(
  compiled: Compiled,
  { prepared, rows }: PreparedPart,
  tasks: readonly ClimbTask[],
  options: ClimbAllOptions,
): Promise<Climbed> {
  const { model } = compiled;
  const { target } = compilePrepared(prepared);
  const here = { model, table: prepared.table, prepared };
  const ended = await climbOn(target, here, tasks, onPart(options, rows));
  const compared = ended.map((climb) => ({ ...climb, rows: rows.length }) as RatedClimb);
  const taskOf = new Map(compared.map((climb, t) => [climb, tasks[t]!]));
  const { best, climbs, lost } = reached(compared, options);
  const { climbs: leaders, open } = leadersOf(target, climbs);
  const { prepared: whole } = sharedBy(compiled);
  const there = { model, table: whole.table, prepared: whole };
  const ends: RatedClimb[] = [];
  let last = Math.min(open, FOLLOWED);
  while (last > ends.length && !ends.some(isRegular)) {
    const next = leaders.slice(ends.length, last);
    const further = next.map((from) => ({ ...taskOf.get(from)!, from }));
    ends.push(...(await climbOn(compiled.target, there, further, options, "maxima")));
    last = Math.min(last + FOLLOWED, leaders.length);
  }
  const all = climbs.map((climb) => {
    const end = ends[leaders.findIndex((leader) => sameOptimum(leader, climb))];
    return end === undefined ? climb : { ...end, start: climb.start };
  });
  const kept = all.filter(isReached);
  return {
    best: reached(ends, options).best,
    climbs: kept,
    lost: lost + all.length - kept.length,
    part: { best, climbs, rows: rows.length },
  };
}

/** Fewer and looser steps, as they only say which optima are worth following. */
function onPart(options: ClimbAllOptions, rows: Int32Array): ClimbAllOptions {
  const { settings, given } = options;
  const { maxIterations = FEW_ITERATIONS } = settings;
  return {
    ...options,
    settings: {
      ...settings,
      tolerance: LOOSE,
      maxIterations: Math.min(maxIterations, FEW_ITERATIONS),
    },
    ...(given === undefined ? {} : { given: rows.map((i) => given[i]!) }),
  };
}

const isReached = ({ logLikelihood }: RatedClimb): boolean => Number.isFinite(logLikelihood);

const isRegular = (climb: RatedClimb): boolean => isReached(climb) && !climb.degenerate;

/** Those that are not lost, and the best of them. */
function reached(climbs: readonly RatedClimb[], { seed }: ClimbAllOptions): Climbed {
  const kept = climbs.filter(isReached);
  const best = highest(kept);
  if (best === undefined) {
    throw new SamplerError(
      `EM must reach a finite log-likelihood from one start at least; none of ${climbs.length} did; ` +
        "look for extreme values in the data",
      { seed, starts: climbs.length },
    );
  }
  return { best, climbs: kept, lost: climbs.length - kept.length };
}
