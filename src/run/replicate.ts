import { compileReported } from "../../models/compile.ts";
import type { Table } from "../core/data.ts";
import type { Draws } from "../core/draws.ts";
import { UsageError } from "../core/errors.ts";
import { forEachState } from "../core/posterior.ts";
import type { State } from "../core/target.ts";
import { type Matrix, matrix, row } from "../math/matrix.ts";
import { createRng } from "../math/rng.ts";
import { covariatesOf, drawsToUse, type Fitted } from "./predict-rows.ts";

/** How many data sets to make, and from which random stream. */
export interface ReplicateOptions {
  /** 50 by default. */
  readonly replicates?: number;
  /** 1 by default. */
  readonly seed?: number;
}

const REPLICATES = 50;

/**
 * Responses drawn anew for the rows of the table, each set from one posterior draw: replicates × n, on the scale of
 * the formula's response. `visit` sees the parameters and allocations (0-based) of each set; they are reused.
 */
export function replicate(
  fitted: Fitted,
  draws: Draws,
  table: Table,
  { replicates = REPLICATES, seed = 1 }: ReplicateOptions = {},
  visit: (state: State, r: number) => void = () => undefined,
): Matrix {
  checkReplicates(replicates);
  const { model, designs } = fitted;
  const target = compileReported(model, designs, covariatesOf(fitted, table));
  const picks = spread(drawsToUse(draws, replicates), replicates);
  const out = matrix(replicates, table.rows);
  forEachState(target, draws, picks, (state, r) => {
    target.simulate(streamOf(seed, r), state);
    row(out, r).set(target.expert.y);
    visit(state, r);
  });
  return out;
}

/** Throws a UsageError unless so many data sets can be made. */
export function checkReplicates(replicates: number): void {
  if (Number.isInteger(replicates) && replicates >= 1) return;
  throw new UsageError(`\`replicates\` must be a whole number ≥ 1; got ${replicates}`);
}

/** The stream of the r-th data set of a seed; chains draw from (seed, chain), chain ≥ 1. */
export function streamOf(seed: number, r: number) {
  return createRng(seed, 0, r);
}

/** `count` entries of a list, all about equally often. */
function spread<T>(list: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_, r) => list[Math.floor((r * list.length) / count)]!);
}
