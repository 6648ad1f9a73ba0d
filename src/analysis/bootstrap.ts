import { availableParallelism } from "node:os";
import { StoppedError, UsageError } from "../core/errors.ts";
import { componentNames } from "../core/variables.ts";
import { type Matrix, matrix, row, type Vector } from "../math/matrix.ts";
import { mean, standardDeviation } from "../math/moments.ts";
import { quantileSorted, sorted } from "../math/order.ts";
import type {
  BootstrapFailures,
  BootstrapKind,
  BootstrapReplicate,
} from "../run/bootstrap-task.ts";
import { reportedAt } from "../run/reported.ts";
import { runTasks } from "../run/tasks.ts";
import type { Maximum } from "./maximum.ts";

export type { BootstrapFailures, BootstrapKind } from "../run/bootstrap-task.ts";

export interface BootstrapOptions {
  /** Default "parametric". */
  readonly kind?: BootstrapKind;
  /** 200 unless said. */
  readonly replicates?: number;
  /** Of the intervals; 0.95 unless said. */
  readonly level?: number;
  /** That of the maximum unless said. A replicate depends on the seed and its number alone. */
  readonly seed?: number;
  /** Threads at most; no number depends on it. */
  readonly workers?: number | undefined;
  /** Told after every replicate how many are done of how many. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
  /** Once aborted, `bootstrap` throws a StoppedError. */
  readonly signal?: AbortSignal | undefined;
}

/** Fits to data like the data; plain data but for the arrays. */
export interface Bootstrap {
  readonly kind: BootstrapKind;
  readonly seed: number;
  readonly level: number;
  /** As draws name them, component by component: weight, expert, gate; on the scale of the data. */
  readonly names: readonly string[];
  /** At the maximum. */
  readonly estimate: Vector;
  /** One row a replicate; NaN where it is left out. */
  readonly replicates: Matrix;
  /** How many rows are not left out; all that follows is of these, NaN if there are fewer than 2. */
  readonly used: number;
  readonly mean: Vector;
  readonly sd: Vector;
  /** Quantiles of the replicates. */
  readonly percentile: Bounds;
  /** 2 · estimate less the quantiles. */
  readonly basic: Bounds;
  readonly failures: BootstrapFailures;
}

interface Bounds {
  readonly low: Vector;
  readonly high: Vector;
}

const REPLICATES = 200;
/** With fewer numbers than this to look at in one step of all replicates, threads cost more than they save. */
const WORTH_THREADS = 200_000;

/**
 * Refits the model, from the maximum, to responses simulated at the maximum ("parametric") or to the rows under random
 * weights ("weighted", right also where the model is not); components are matched to those of the maximum by the rows that
 * they take. Throws a UsageError for options that cannot be. Source: [davison1997], [newton1994].
 */
export async function bootstrap(
  maximum: Maximum,
  options: BootstrapOptions = {},
): Promise<Bootstrap> {
  const { kind = "parametric", replicates = REPLICATES, level = 0.95, signal } = options;
  const { fitted, state, settings, summary } = maximum;
  const { seed = summary.seed, progress } = options;
  checkReplicates(replicates);
  checkLevel(level);
  const { model, table, target } = fitted.compiled;
  const { theta, gamma, deviation } = state;
  const workers = options.workers ?? threadsFor(target.n * target.capacity * replicates);
  const tasks = Array.from({ length: replicates }, (_, replicate) => ({ replicate }));
  const at = { theta, gamma, ...(deviation === undefined ? {} : { deviation }) };
  const setup = { model, table, seed, kind, settings, ...at };
  const done = await runTasks("bootstrap", setup, tasks, { workers, progress, signal });
  if (signal?.aborted === true) throw new StoppedError("the bootstrap was stopped before its end");
  const names = [
    ...Array.from({ length: theta.rows }, (_, k) => componentNames(target, k + 1)).flat(),
    ...(deviation === undefined ? [] : ["lambda"]),
  ];
  const estimate = reportedAt(fitted.compiled, state);
  return { kind, seed, level, names, estimate, ...summarized(done as Replicates, estimate, level) };
}

type Replicates = readonly BootstrapReplicate[];

/** Throws a UsageError unless so many replicates can be made. */
export function checkReplicates(replicates: number): void {
  if (Number.isSafeInteger(replicates) && replicates >= 2) return;
  throw new UsageError(`\`replicates\` must be a whole number ≥ 2; got ${replicates}`);
}

/** Throws a UsageError unless intervals can have this level. */
export function checkLevel(level: number): void {
  if (level > 0 && level < 1) return;
  throw new UsageError(`\`level\` must be between 0 and 1; got ${level}`);
}

/** As many threads as there are cores where that is worth it. */
export function threadsFor(numbersInAStep: number): number {
  return numbersInAStep < WORTH_THREADS ? 1 : availableParallelism();
}

function summarized(done: Replicates, estimate: Vector, level: number) {
  const p = estimate.length;
  const replicates = matrix(done.length, p);
  replicates.data.fill(Number.NaN);
  done.forEach((one, b) => {
    if ("values" in one) row(replicates, b).set(one.values);
  });
  const used = usedRows(replicates);
  const columns = Array.from({ length: p }, (_, j) =>
    sorted(Float64Array.from({ length: used.rows }, (_, b) => used.data[b * p + j]!)),
  );
  const enough = used.rows > 1;
  const at = (probability: number): Vector =>
    Float64Array.from(columns, (x) => (enough ? quantileSorted(x, probability) : Number.NaN));
  const [low, high] = [at((1 - level) / 2), at((1 + level) / 2)];
  const mirrored = (of: Vector): Vector => of.map((value, j) => 2 * estimate[j]! - value);
  const count = (status: BootstrapReplicate["status"]): number =>
    done.filter((one) => one.status === status).length;
  return {
    replicates,
    used: used.rows,
    mean: Float64Array.from(columns, (x) => (enough ? mean(x) : Number.NaN)),
    sd: Float64Array.from(columns, (x) => (enough ? standardDeviation(x) : Number.NaN)),
    percentile: { low, high },
    basic: { low: mirrored(high), high: mirrored(low) },
    failures: {
      failed: count("failed"),
      degenerate: count("degenerate"),
      notConverged: count("not converged"),
    },
  };
}

/** The rows that are not left out. */
export function usedRows(replicates: Matrix): Matrix {
  const rows = Array.from({ length: replicates.rows }, (_, b) => row(replicates, b));
  const used = rows.filter((of) => !Number.isNaN(of[0]!));
  const out = matrix(used.length, replicates.columns);
  used.forEach((of, b) => {
    row(out, b).set(of);
  });
  return out;
}
