import { UsageError } from "../core/errors.ts";
import type { ContractionPlan, Fit, Plan, Truth } from "./plan.ts";

/** One cell of the grid: data of a truth and size, and what is fitted to them. */
export interface Cell {
  /** 0-based. */
  readonly truth: number;
  readonly fit: number;
  readonly size: number;
}

/** Where task `index` stands in the grid; replicates are next to each other. */
export interface Place extends Cell {
  readonly replicate: number;
}

/** How many tasks a plan has. */
export function countTasks(plan: Plan): number {
  if (plan.kind !== "contraction") return plan.replicates;
  return plan.truths.length * plan.fits.length * plan.sizes.length * plan.replicates;
}

/** Throws a UsageError unless the plan has a task of this number. */
export function checkIndex(plan: Plan, index: number): void {
  const last = countTasks(plan) - 1;
  if (Number.isSafeInteger(index) && index >= 0 && index <= last) return;
  throw new UsageError(
    `the index of a task must be a whole number from 0 to ${last}; got ${index}`,
  );
}

export function placeOf({ fits, sizes, replicates }: ContractionPlan, index: number): Place {
  const cell = Math.floor(index / replicates);
  const pair = Math.floor(cell / sizes.length);
  return {
    truth: Math.floor(pair / fits.length),
    fit: pair % fits.length,
    size: cell % sizes.length,
    replicate: index % replicates,
  };
}

/** The number of the first task of a cell. */
export function firstTask({ fits, sizes, replicates }: ContractionPlan, cell: Cell): number {
  return ((cell.truth * fits.length + cell.fit) * sizes.length + cell.size) * replicates;
}

/** How many experts more than the truth has a fit may have; undefined where their number is random. */
export function surplusOf({ components }: Fit, { experts }: Truth): number | undefined {
  return typeof components === "number" ? components - experts.length : undefined;
}
