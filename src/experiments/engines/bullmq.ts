import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { countTasks } from "../grid.ts";
import { openLanes } from "../lanes.ts";
import type { ExperimentFolder } from "../store.ts";

/** How tasks go through a queue in Redis. */
export interface BullmqOptions {
  /** Such as redis://localhost:6379. */
  readonly redis: string;
  readonly workers?: number;
  readonly progress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The parts of bullmq that are used; the package itself is optional. */
interface Bullmq {
  readonly Queue: new (
    name: string,
    options: object,
  ) => {
    addBulk(jobs: readonly object[]): Promise<unknown>;
    obliterate(options: { force: boolean }): Promise<void>;
    close(): Promise<void>;
  };
  readonly Worker: new (
    name: string,
    processor: (job: { readonly data: { readonly index: number } }) => Promise<unknown>,
    options: object,
  ) => {
    on(event: string, listener: (...args: readonly unknown[]) => void): unknown;
    waitUntilReady(): Promise<unknown>;
    close(force?: boolean): Promise<void>;
  };
}

interface Redis {
  connect(): Promise<void>;
  ping(): Promise<string>;
  on(event: string, listener: (error: Error) => void): unknown;
  disconnect(): void;
}

/** A worker that says nothing for so long has lost its job. */
const LOCK_MS = 5000;
const LOOK_MS = 200;
/** How often a job may lose its worker: as often as it likes. */
const MOST_LOSSES = 1_000_000;

/**
 * Puts the tasks that are not done into a queue and works on it until the folder has all results.
 * The same command on another machine that sees folder and Redis joins in. A worker that is killed
 * loses its jobs to others. Throws a UsageError where the packages or Redis are missing.
 */
export async function runOnBullmq(folder: ExperimentFolder, options: BullmqOptions): Promise<void> {
  const { redis, workers = 1, progress, signal } = options;
  const missing = folder.missing();
  if (missing.length === 0) return;
  const { Queue, Worker, connection } = await load(redis);
  const name = queueName(folder);
  const queue = new Queue(name, { connection });
  const { lanes, close } = openLanes(folder, workers, true);
  const idle = [...lanes];
  const worker = new Worker(
    name,
    async ({ data: { index } }) => {
      if (folder.has(index)) return;
      const lane = idle.pop()!;
      try {
        await lane(index);
      } finally {
        idle.push(lane);
      }
    },
    {
      connection,
      concurrency: lanes.length,
      lockDuration: LOCK_MS,
      stalledInterval: LOCK_MS,
      maxStalledCount: MOST_LOSSES,
    },
  );
  let broken: unknown;
  worker.on("failed", (_, error) => {
    broken ??= error;
  });
  worker.on("error", () => undefined);
  try {
    await queue.addBulk(missing.map((index) => jobOf(index)));
    await allDone(folder, missing, { progress, signal, broken: () => broken });
    if (broken === undefined && signal?.aborted !== true) await queue.obliterate({ force: true });
  } finally {
    await worker.close(true);
    await queue.close();
    await close();
  }
  if (broken !== undefined) throw broken;
}

/** The same job twice is one job; done ones leave the queue, so that a task whose result was lost can be done again. */
const jobOf = (index: number) => ({
  name: "task",
  data: { index },
  opts: { jobId: `task-${index}`, removeOnComplete: true, removeOnFail: true },
});

/** One queue a plan and folder name: other experiments in the same Redis are not met. */
function queueName({ path, plan }: ExperimentFolder): string {
  const id = createHash("sha256")
    .update(`${resolve(path)}\n${JSON.stringify(plan)}`)
    .digest("hex");
  return `moebius-${id.slice(0, 16)}`;
}

async function allDone(
  folder: ExperimentFolder,
  missing: readonly number[],
  {
    progress,
    signal,
    broken,
  }: Pick<BullmqOptions, "progress" | "signal"> & { readonly broken: () => unknown },
): Promise<void> {
  const total = countTasks(folder.plan);
  let left = [...missing];
  while (left.length > 0 && signal?.aborted !== true && broken() === undefined) {
    await new Promise((done) => setTimeout(done, LOOK_MS));
    const before = left.length;
    left = left.filter((index) => !folder.has(index));
    if (left.length < before) progress?.(total - left.length, total);
  }
}

/** Loads the packages and tries the connection. */
async function load(redis: string) {
  const [bullmq, ioredis] = await Promise.all([optional("bullmq"), optional("ioredis")]);
  const { Queue, Worker } = bullmq as Bullmq;
  const { Redis: Client } = ioredis as { Redis: new (url: string, options: object) => Redis };
  const probe = new Client(redis, {
    lazyConnect: true,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
  });
  probe.on("error", () => undefined);
  try {
    await probe.connect();
    await probe.ping();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(
      `the address of the queue must be where a Redis answers; ${redis}: ${reason}`,
      {},
      cause,
    );
  } finally {
    probe.disconnect();
  }
  const connection = { url: redis, maxRetriesPerRequest: null };
  return { Queue, Worker, connection };
}

async function optional(name: string): Promise<unknown> {
  try {
    return await import(name);
  } catch (cause) {
    throw new UsageError(
      `the engine bullmq must have the packages bullmq and ioredis; ${name} cannot be loaded; ` +
        "run: npm install bullmq ioredis",
      { package: name },
      cause,
    );
  }
}
