import { availableParallelism } from "node:os";
import { runsOff } from "../../diagnostics/findings/maximum.ts";
import { type Compiled, compile } from "../../models/compile.ts";
import { emStarts } from "../../samplers/em/starts.ts";
import type { RatedClimb } from "../analysis/maximum.ts";
import { highest, isDegenerate } from "../analysis/rate-climbs.ts";
import type { Table } from "../core/data.ts";
import { SamplerError, StoppedError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import { selectRows } from "../data/table.ts";
import type { Matrix } from "../math/matrix.ts";
import { type ClimbSettings, stateOf } from "../run/climb-task.ts";
import { responsibilitiesAt } from "../run/component-order.ts";
import type { RefitTask } from "../run/refit-task.ts";
import { runTasks } from "../run/tasks.ts";

/** What fits of several models have in common. */
export interface RefitContext {
  readonly table: Table;
  readonly seed: number;
  readonly settings: ClimbSettings;
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A model to fit to the table, or to some rows of it. */
export interface Job {
  /** With a number of components. */
  readonly model: ModelDeclaration;
  readonly rows?: Int32Array;
  readonly starts: number;
  /** K × rows each: starts from what other models have reached. */
  readonly responsibilities: readonly Matrix[];
  /** What is known of the model already; kept where nothing higher is found. */
  readonly known?: Fit;
}

/** The highest maximum that the starts of one job have reached. */
export interface Fit {
  readonly compiled: Compiled;
  readonly best: RatedClimb;
  /** K × rows, at the maximum. */
  readonly responsibility: Matrix;
  readonly climbs: number;
  /** Climbs that EM had to give up. */
  readonly lost: number;
  /** So many climbs have run off above it that the likelihood must be said to have no bound. */
  readonly unbounded: boolean;
}

/** Starts that one thread makes in one go. */
const CHUNK = 5;
/** Where less is to be looked at in one step of all climbs, threads cost more than they save. */
const WORTH_THREADS = 400_000;

/**
 * Fits the jobs side by side; each start gives what the same start of `maximize` gives. Throws a SamplerError for a job of
 * which no start reaches a finite likelihood, a StoppedError once the signal is aborted.
 */
export async function refits(context: RefitContext, jobs: readonly Job[]): Promise<Fit[]> {
  const { table, seed, settings, signal } = context;
  const tasks = jobs.map(tasksOf);
  const results = await runTasks("refit", { table, seed, settings }, tasks.flat(), {
    workers: context.workers ?? threadsFor(context, jobs),
    signal,
  });
  if (signal?.aborted === true) throw new StoppedError("the fits were stopped before their end");
  let from = 0;
  return jobs.map((job, j) => {
    const climbs = results.slice(from, from + tasks[j]!.length).flatMap((some) => some ?? []);
    from += tasks[j]!.length;
    const rows = job.rows === undefined ? table : selectRows(table, job.rows);
    const compiled = compile(job.model, rows);
    const rated = climbs
      .filter(({ logLikelihood }) => Number.isFinite(logLikelihood))
      .map((climb) => ({
        ...climb,
        degenerate: isDegenerate(compiled.target, climb, settings),
      }));
    const best = highest(job.known === undefined ? rated : [job.known.best, ...rated]);
    if (best === undefined) throw nothingReached(job, climbs.length);
    const { target } = compiled;
    const responsibility = responsibilitiesAt(target, stateOf(target.n, best));
    const lost = climbs.length - rated.length;
    const unbounded = runsOff(best, rated);
    return { compiled, best, responsibility, climbs: climbs.length, lost, unbounded };
  });
}

/** Cut without regard to the number of threads, so that numbers do not depend on it. */
function tasksOf({ model, rows, starts, responsibilities }: Job): RefitTask[] {
  const all = Array.from({ length: starts }, (_, index) => ({
    index,
    start: emStarts[index % emStarts.length]!,
  }));
  const of = rows === undefined ? { model } : { model, rows };
  const tasks: RefitTask[] = [];
  for (let at = 0; at < starts; at += CHUNK) {
    tasks.push({ ...of, starts: all.slice(at, at + CHUNK), responsibilities: [] });
  }
  if (responsibilities.length > 0) tasks.push({ ...of, starts: [], responsibilities });
  return tasks;
}

function threadsFor({ table }: RefitContext, jobs: readonly Job[]): number {
  const climbs = jobs.reduce((total, { model, starts, responsibilities }) => {
    const K = typeof model.components === "number" ? model.components : model.components.max;
    return total + K * (starts + responsibilities.length);
  }, 0);
  return table.rows * climbs < WORTH_THREADS ? 1 : availableParallelism();
}

function nothingReached({ model }: Job, starts: number): SamplerError {
  return new SamplerError(
    `EM must reach a finite log-likelihood from one start at least; none of ${starts} did, in ` +
      `"${model.experts.formula}" with ${model.components} experts; look for extreme values in the data`,
    { starts, formula: model.experts.formula },
  );
}
