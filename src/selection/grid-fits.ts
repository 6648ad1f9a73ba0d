import { compile } from "../../models/compile.ts";
import type { Table } from "../core/data.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { Matrix } from "../math/matrix.ts";
import { createRng } from "../math/rng.ts";
import { type Fold, heldOut } from "./cross-validation.ts";
import type { GridOptions } from "./grid-options.ts";
import { type Fit, type Job, refits } from "./refits.ts";
import { withOneMore } from "./split.ts";

/** One model with one number of experts, fitted to all rows and to those outside each fold. */
export interface GridFit {
  /** As it was given: the same object for every number of experts. */
  readonly model: ModelDeclaration;
  readonly K: number;
  readonly whole: Fit;
  readonly folds: readonly Fit[];
  /** log p(y | x) of each row without its fold; empty without folds. */
  readonly heldOut: Float64Array;
}

interface Needed extends GridOptions {
  readonly components: readonly number[];
  readonly starts: number;
  readonly foldStarts: number;
  readonly seed: number;
}

/** The stream of the directions along which experts are split. */
const STREAM = 0x7370;

/**
 * Fits every model with one expert and with each number asked for; in the order of models, then of numbers. Numbers go up,
 * and with each of them models from the smallest to the largest, so that all can start from what those they contain have
 * reached on the same rows.
 */
export async function gridFits(
  models: readonly ModelDeclaration[],
  table: Table,
  folds: readonly Fold[],
  options: Needed,
): Promise<GridFit[]> {
  const { seed, starts, foldStarts, workers, signal, progress } = options;
  const numbers = [...new Set([1, ...options.components])].sort((a, b) => a - b);
  const context = { table, seed, settings: settingsOf(options), workers, signal };
  const parts = [{ starts }, ...folds.map(({ train }) => ({ rows: train, starts: foldStarts }))];
  const sizes = models.map((model) => sizeOf(model, table));
  const bySize = [...models.keys()].sort((a, b) => sizes[a]!.total - sizes[b]!.total);
  const found: GridFit[] = [];
  for (const [level, K] of numbers.entries()) {
    const done: number[] = [];
    for (const m of bySize) {
      const before = found.find((fit) => fit.model === models[m] && fit.K === numbers[level - 1]);
      const inside = done
        .filter((other) => contains(sizes[m]!, sizes[other]!))
        .map((other) => found.find((fit) => fit.model === models[other] && fit.K === K)!);
      const jobs = parts.map((part, p): Job => {
        const smaller = inside.map((fit) => partOf(fit, p).responsibility);
        const split = before === undefined ? [] : grown(seed, partOf(before, p), K, p);
        const responsibilities = [...split, ...smaller];
        return { ...part, model: { ...models[m]!, components: K }, responsibilities };
      });
      const [whole, ...ofFolds] = await refits(context, jobs);
      const scores = new Float64Array(folds.length === 0 ? 0 : table.rows);
      folds.forEach(({ test }, v) => {
        heldOut(ofFolds[v]!.compiled, ofFolds[v]!.best, table, test, scores);
      });
      found.push({ model: models[m]!, K, whole: whole!, folds: ofFolds, heldOut: scores });
      done.push(m);
      progress?.(found.length, models.length * numbers.length);
    }
  }
  return models.flatMap((model) => found.filter((fit) => fit.model === model));
}

/** Part 0 is the fit to all rows, part v that without fold v. */
const partOf = ({ whole, folds }: GridFit, p: number): Fit => (p === 0 ? whole : folds[p - 1]!);

/** Responsibilities of K experts from a fit with fewer: one is doubled until one is missing, then all ways to split. */
function grown(seed: number, { compiled, responsibility }: Fit, K: number, part: number): Matrix[] {
  const rng = createRng(seed, 0, STREAM, K, part);
  let from = responsibility;
  while (from.rows < K - 1) from = withOneMore(rng, compiled.target, from)[0]!;
  return withOneMore(rng, compiled.target, from);
}

function settingsOf({ sdFloor, maxIterations }: GridOptions) {
  return {
    priorWeight: 0,
    variant: "em" as const,
    ...(maxIterations === undefined ? {} : { maxIterations }),
    ...(sdFloor === undefined ? {} : { sdFloor }),
  };
}

interface Size {
  readonly family: string;
  readonly experts: readonly string[];
  readonly gate: readonly string[];
  readonly total: number;
}

function sizeOf(model: ModelDeclaration, table: Table): Size {
  const { expert, gate } = compile(model, table).target;
  const experts = expert.layout.flatMap(({ terms = [] }) => terms);
  const total = experts.length + gate.terms.length;
  return { family: model.experts.family, experts, gate: gate.terms, total };
}

/** Whether every term of b is one of a: then a contains b. */
function contains(a: Size, b: Size): boolean {
  return (
    a.family === b.family &&
    b.experts.every((term) => a.experts.includes(term)) &&
    b.gate.every((term) => a.gate.includes(term))
  );
}
