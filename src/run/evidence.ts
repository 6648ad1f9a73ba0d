import { compile } from "../../models/compile.ts";
import { combineReplicates, type LogEvidence } from "../../samplers/smc/combine.ts";
import type { Table } from "../core/data.ts";
import { UsageError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { EvidenceSetup, EvidenceTask } from "./evidence-task.ts";
import { runTasks } from "./tasks.ts";

/** How much work an evidence is worth. */
export interface EvidenceEffort {
  /** Of each replicate; default 1000. */
  readonly particles?: number;
  /** Of each survivor at a temperature; default 9. */
  readonly sweeps?: number;
  /** Independent estimates for each K; default 8. */
  readonly replicates?: number;
  /** How often the particles may be quadrupled for a K whose replicates disagree; default 0. */
  readonly escalations?: number;
}

export interface EvidenceOptions {
  readonly components: readonly number[];
  /** Default 1. */
  readonly seed?: number;
  /** Threads; 1, the default, computes in this thread. */
  readonly workers?: number;
  readonly effort?: EvidenceEffort;
  /** Told after every replicate how many are done of how many, as far as is known. */
  readonly progress?: (done: number, total: number) => void;
  /** Once aborted, replicates under way are finished and no other is begun. */
  readonly signal?: AbortSignal | undefined;
}

/** log p(y | K), and the particles that its replicates had. */
export interface Evidence extends LogEvidence {
  readonly particles: number;
}

const PARTICLES = 1000;
const REPLICATES = 8;
const MORE_PARTICLES = 4;

/**
 * log p(y | K) of a model for each number of components asked for, from independent replicates of tempered sequential
 * Monte Carlo. Replicate r of K draws from its own stream, so the numbers depend on the seed and the effort alone.
 * Once aborted it gives the K that were finished. Throws what a replicate throws.
 */
export async function evidence(
  model: ModelDeclaration,
  table: Table,
  options: EvidenceOptions,
): Promise<Record<string, Evidence>> {
  check(options);
  // What cannot be compiled throws before any thread starts.
  for (const components of options.components) compile({ ...model, components }, table);
  return await evidenceOf({ model, table }, options);
}

async function evidenceOf(
  setup: EvidenceSetup,
  options: EvidenceOptions,
): Promise<Record<string, Evidence>> {
  const { particles = PARTICLES, escalations = 0 } = options.effort ?? {};
  const results: Record<string, Evidence> = {};
  const counter = { done: 0, total: 0 };
  let open = options.components;
  for (let level = 0; level <= escalations && open.length > 0; level++) {
    const size = particles * MORE_PARTICLES ** level;
    const tasks = open.flatMap((components) => tasksOf(components, level, size, options));
    counter.total += tasks.length;
    const logs = await runAll(setup, tasks, options, counter);
    for (const components of open) {
      const own = logs.filter((_, t) => tasks[t]!.components === components);
      if (own.some(Number.isNaN)) continue;
      results[components] = { ...combineReplicates(own), particles: size };
    }
    open = open.filter((components) => results[components]?.unreliable !== undefined);
  }
  return results;
}

function tasksOf(
  components: number,
  level: number,
  particles: number,
  { seed = 1, effort = {} }: EvidenceOptions,
): EvidenceTask[] {
  const { sweeps, replicates = REPLICATES } = effort;
  return Array.from({ length: replicates }, (_, replicate) => ({
    seed,
    components,
    level,
    replicate,
    particles,
    ...(sweeps === undefined ? {} : { sweeps }),
  }));
}

/** The answers in the order of the tasks; NaN where the run was aborted before. */
async function runAll(
  setup: EvidenceSetup,
  tasks: readonly EvidenceTask[],
  { workers, progress, signal }: EvidenceOptions,
  counter: { done: number; readonly total: number },
): Promise<number[]> {
  const answers = await runTasks("evidence", setup, tasks, {
    workers,
    signal,
    progress: () => progress?.(++counter.done, counter.total),
  });
  return answers.map((answer) => answer ?? Number.NaN);
}

function check({ components, workers = 1, effort = {} }: EvidenceOptions): void {
  const mustBeWhole = (name: string, value: number, least: number): void => {
    if (Number.isSafeInteger(value) && value >= least) return;
    throw new UsageError(`\`${name}\` must be a whole number ≥ ${least}; got ${value}`);
  };
  for (const K of components) mustBeWhole("components", K, 1);
  mustBeWhole("workers", workers, 1);
  mustBeWhole("replicates", effort.replicates ?? REPLICATES, 1);
  mustBeWhole("escalations", effort.escalations ?? 0, 0);
}
