import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { threadId } from "node:worker_threads";
import { UsageError } from "../core/errors.ts";
import { readText, unusable } from "../run/files.ts";
import { version } from "../run/version.ts";
import { checkIndex, countTasks } from "./grid.ts";
import type { Plan } from "./plan.ts";
import { parsePlan } from "./plan-schema.ts";
import type { TaskResult } from "./run-task.ts";

const PLAN = "plan.json";
/** Results a folder: what file systems are still quick with. */
const SHARD = 1000;

/** A folder of results of one plan; any number of processes may keep results in it at once. */
export interface ExperimentFolder {
  readonly path: string;
  readonly plan: Plan;
  /** The JSON of a result on one line, or undefined where the task is not done. */
  read(index: number): string | undefined;
  has(index: number): boolean;
  keep(index: number, result: TaskResult): void;
  /** The numbers of the tasks that are not done, in order. */
  missing(): number[];
}

/**
 * The folder of a plan, created unless it is there. Throws a UsageError where it holds another plan,
 * or results of another version. of: the version of the program that the caller belongs to.
 */
export function experimentFolder(path: string, plan: Plan, of = version): ExperimentFolder {
  const wanted = `${JSON.stringify({ program: "moebius", version: of, plan }, null, 2)}\n`;
  const found = readText(join(path, PLAN));
  if (found === undefined) {
    if (existsSync(join(path, "run.json"))) {
      throw new UsageError(`${path} is the folder of a run; name another folder`, { path });
    }
    try {
      mkdirSync(path, { recursive: true });
    } catch (error) {
      throw unusable(path, error);
    }
    writeWhole(join(path, PLAN), wanted);
  } else if (found !== wanted) {
    throw new UsageError(
      `${path} must hold results of this plan and version (${of}) to go on with; it holds ` +
        `${otherThan(found, plan)}; name another folder`,
      { path },
    );
  }
  return folderOf(path, plan, createHash("sha256").update(wanted).digest("hex").slice(0, 16));
}

/** What the plan of a folder has that this one has not, in words. */
function otherThan(found: string, plan: Plan): string {
  try {
    const held = JSON.parse(found);
    if (JSON.stringify(held.plan) === JSON.stringify(plan)) {
      return `results of version ${held.version}`;
    }
    return `those of another plan, "${held.plan.name}"`;
  } catch {
    return `a ${PLAN} that is no plan`;
  }
}

/** The folder of an experiment that has begun. Throws a UsageError where there is none. */
export function openExperiment(path: string): ExperimentFolder {
  const text = readText(join(path, PLAN));
  if (text === undefined) {
    throw new UsageError(
      `${path} must be the folder of an experiment; it has no ${PLAN}; make one by moebius experiment`,
      { path },
    );
  }
  let held: { readonly plan?: unknown };
  try {
    held = JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`${join(path, PLAN)} must be JSON; it is damaged`, { path }, cause);
  }
  return experimentFolder(path, parsePlan(held.plan));
}

function folderOf(path: string, plan: Plan, stamp: string): ExperimentFolder {
  const fileOf = (index: number): string => {
    const shard = String(Math.floor(index / SHARD)).padStart(4, "0");
    return join(path, "results", shard, `${index}.json`);
  };
  const read = (index: number): string | undefined => {
    const text = readText(fileOf(index));
    return text === undefined ? undefined : resultIn(text, stamp, index);
  };
  return {
    path,
    plan,
    read,
    has: (index) => read(index) !== undefined,
    keep(index, result) {
      checkIndex(plan, index);
      const body = JSON.stringify({ index, ...result });
      writeWhole(fileOf(index), `${stamp} ${checksum(stamp, body)}\n${body}\n`);
    },
    missing() {
      const out: number[] = [];
      const total = countTasks(plan);
      for (let index = 0; index < total; index++) if (read(index) === undefined) out.push(index);
      return out;
    },
  };
}

/** The result in a file, or undefined where the file is of another plan, damaged, or of another task. */
function resultIn(text: string, stamp: string, index: number): string | undefined {
  const [head = "", body = ""] = text.split("\n");
  if (head !== `${stamp} ${checksum(stamp, body)}`) return undefined;
  return body.startsWith(`{"index":${index},`) ? body : undefined;
}

const checksum = (stamp: string, body: string): string =>
  createHash("sha256").update(`${stamp}\n${body}`).digest("hex").slice(0, 16);

/**
 * Writes a file that is whole wherever its name is: under a name that no other process or thread
 * has, onto the disk, then in its place. Two writers of one result write the same bytes.
 */
function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${hostname()}-${process.pid}-${threadId}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(temporary, "w");
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw unusable(path, error);
  }
}
