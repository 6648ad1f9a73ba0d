import type { Table } from "../core/data.ts";
import { SamplerError, StoppedError, UsageError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { Vector } from "../math/matrix.ts";
import type { CountTestFits } from "../run/count-test-task.ts";
import { runTasks } from "../run/tasks.ts";
import { checkReplicates, threadsFor } from "./bootstrap.ts";
import { type MaximizeOptions, maximize } from "./maximize.ts";
import type { CountTestSummary, Maximum } from "./maximum.ts";

export interface CountTestOptions {
  /** Simulated data sets; 99 unless said. */
  readonly replicates?: number | undefined;
  /** Starts of each model on each data set, beside those from the other model; 3 unless said. */
  readonly starts?: number | undefined;
  /** That of the maximum unless said. */
  readonly seed?: number | undefined;
  /** Threads at most; no number depends on it. */
  readonly workers?: number | undefined;
  /** Told after every data set how many are done of how many. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
  /** Once aborted, the test throws a StoppedError. */
  readonly signal?: AbortSignal | undefined;
}

/** A test of K experts against K + 1. */
export interface CountTest extends CountTestSummary {
  /** K. */
  readonly components: number;
  /** Of K and K + 1 experts, by the search that every simulated data set was given. */
  readonly logLikelihoods: readonly [number, number];
  /** The statistics of the simulated data sets; NaN where there is none. */
  readonly simulated: Vector;
  readonly seed: number;
}

const REPLICATES = 99;
const STARTS = 3;
/** What a data set costs in numbers looked at, against one of a start. */
const FITS = 10;

/** Maximizes with K experts (`components`) and tests that against K + 1; see `countTestAt`. */
export async function countTest(
  model: ModelDeclaration,
  table: Table,
  {
    maximum,
    ...options
  }: CountTestOptions & {
    readonly components?: number;
    /** How the maximum with K experts is looked for. */
    readonly maximum?: MaximizeOptions;
  } = {},
): Promise<CountTest> {
  const { components, seed, workers, signal } = options;
  const given = { components, seed, workers, signal, ...maximum };
  const defined = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  );
  return countTestAt(await maximize(model, table, defined), options);
}

/**
 * Tests K experts, at their maximum, against K + 1 by the likelihood ratio. With K experts the additional one is nowhere
 * (weight 0) or the same as another (any weight), so its parameters are not identified and the ratio is not χ²: its
 * distribution is simulated at the maximum with K, and both models are fitted to each data set by the same search as to
 * the data. Throws a SamplerError where the data have no regular maximum with K + 1. Source: [mclachlan1987].
 */
export async function countTestAt(
  { fitted, state, settings, summary }: Maximum,
  options: CountTestOptions = {},
): Promise<CountTest> {
  const {
    replicates = REPLICATES,
    starts = STARTS,
    seed = summary.seed,
    progress,
    signal,
  } = options;
  checkReplicates(replicates);
  if (!(Number.isSafeInteger(starts) && starts >= 0)) {
    throw new UsageError(`\`starts\` must be a whole number ≥ 0; got ${starts}`);
  }
  if (settings.priorWeight > 0 || settings.variant !== "em") {
    throw new UsageError(
      "a test of the number of experts must be of maxima of the likelihood; found penalties or another variant of EM; " +
        "maximize without them",
    );
  }
  const { model: resolved, table, target } = fitted.compiled;
  // Only starts lean on the prior of the experts: left out, each response scales its own.
  const { prior: _, ...experts } = resolved.experts;
  const model = { ...resolved, experts };
  const { theta, gamma } = state;
  const K = theta.rows;
  const workers = options.workers ?? threadsFor(FITS * target.n * (K + 1) * replicates);
  const tasks = Array.from({ length: replicates + 1 }, (_, replicate) => ({ replicate }));
  const setup = { model, table, seed, settings, theta, gamma, starts };
  const fits = await runTasks("countTest", setup, tasks, { workers, progress, signal });
  if (signal?.aborted === true) throw new StoppedError("the test was stopped before its end");
  const [own, ...others] = fits as CountTestFits[];
  const { smaller, larger } = own!;
  if (smaller === undefined || larger === undefined) {
    throw new SamplerError(
      `the data must have a regular maximum with ${smaller === undefined ? K : K + 1} experts to be tested; every start ` +
        "ended with an expert on few rows, or on rows that lie exactly on a line; give the sd a floor",
      { seed, components: K },
    );
  }
  const simulated = Float64Array.from(others, statisticOf);
  return {
    components: K,
    ...pValueOf(statisticOf(own!), simulated),
    logLikelihoods: [smaller, larger],
    simulated,
    seed,
  };
}

function statisticOf({ smaller, larger }: CountTestFits): number {
  return smaller === undefined || larger === undefined ? Number.NaN : 2 * (larger - smaller);
}

/** A data set without a regular maximum counts as one with a statistic at least as large: its likelihood has no bound. */
function pValueOf(statistic: number, simulated: Vector): CountTestSummary {
  const asLarge = simulated.filter((one) => !(one < statistic)).length;
  return {
    statistic,
    pValue: (1 + asLarge) / (1 + simulated.length),
    replicates: simulated.length,
    failures: simulated.filter(Number.isNaN).length,
  };
}
