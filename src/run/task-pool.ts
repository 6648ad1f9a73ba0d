import { setImmediate } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import type { Table } from "../core/data.ts";
import { SamplerError } from "../core/errors.ts";
import { closeBell } from "./row-board.ts";
import type { Board, Seat } from "./row-memory.ts";
import { shareArrays } from "./share.ts";
import {
  HELP,
  prepare,
  type ResultOf,
  type SetupOf,
  type TaskKind,
  type TaskOf,
} from "./task-kinds.ts";
import { askThread, builtFile, endThread, startThread } from "./thread.ts";

/** Where tasks of one kind are done. */
export interface Pool<T, R> {
  readonly lanes: readonly Lane<T, R>[];
  /** Rejects where a lane is lost while it helps. */
  readonly lost: Promise<never>;
  close(): Promise<unknown>;
}

interface Lane<T, R> {
  /** Does one task at a time. */
  run(task: T): Promise<R>;
  /** Has no more tasks, and helps other lanes where that is possible. */
  help(): void;
}

/** Between tasks the event loop gets its turn. */
export function inThisThread<K extends TaskKind>(
  kind: K,
  setup: SetupOf<K>,
): Pool<TaskOf<K>, ResultOf<K>> {
  const run = prepare(kind, setup);
  const lane = {
    async run(task: TaskOf<K>) {
      await setImmediate();
      return run(task);
    },
    help() {},
  };
  return { lanes: [lane], lost: new Promise(() => {}), close: () => Promise.resolve() };
}

export interface ThreadedOptions {
  /** Of the first lanes, on which the others help; none where they cannot. */
  readonly boards?: readonly Board[] | undefined;
  readonly file?: URL | undefined;
}

/** A thread for each of so many lanes. */
export function inThreads<K extends TaskKind>(
  kind: K,
  setup: SetupOf<K>,
  count: number,
  { boards, file = builtFile("task-worker.js") }: ThreadedOptions = {},
): Pool<TaskOf<K>, ResultOf<K>> {
  const shared = withSharedTable(setup);
  const threads = Array.from({ length: count }, (_, lane) => {
    const seat = boards === undefined ? {} : { seat: seatAt(boards, lane) };
    return startThread(file, { kind, setup: shared, ...seat });
  });
  let lose: (error: Error) => void = () => {};
  const lost = new Promise<never>((_, reject) => {
    lose = reject;
  });
  // Nobody may be waiting any more.
  lost.catch(() => {});
  const lanes = threads.map((thread) => ({
    run: (task: TaskOf<K>) => ask(thread, task) as Promise<ResultOf<K>>,
    help() {
      if (boards === undefined) return;
      thread.on("error", (error) => lose(lostHelper(error.message)));
      thread.on("exit", (code) => lose(lostHelper(`it ended with code ${code}`)));
      thread.postMessage(HELP);
    },
  }));
  return {
    lanes,
    lost,
    close() {
      if (boards !== undefined) closeBell(boards[0]!);
      return Promise.all(threads.map(endThread));
    },
  };
}

const seatAt = (boards: readonly Board[], lane: number): Seat =>
  lane < boards.length ? { boards, own: lane } : { boards };

const lostHelper = (reason: string): SamplerError =>
  new SamplerError(
    `threads that share the passes over the rows must not end before these do; one did: ${reason}; ` +
      "try again, or with `workers` 1",
  );

/** The set-up, its table in memory that all threads read. */
function withSharedTable<T>(setup: T): T {
  const { table } = setup as { readonly table?: Table };
  return table === undefined ? setup : { ...setup, table: shareArrays(table) };
}

const ask = (thread: Worker, task: unknown): Promise<unknown> =>
  askThread(thread, task).catch((error: Error) => {
    throw new SamplerError(error.message, {}, error);
  });
