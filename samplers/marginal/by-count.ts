import {
  marginalPosterior,
  pointLayout,
  whyNotMarginal,
} from "../../src/core/marginal-posterior.ts";
import type { Target } from "../../src/core/target.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { allowedCounts } from "../initialize-count.ts";
import { firstPilot, learner } from "./learning.ts";
import { createMemory, type Memory, memoryLength } from "./memory.ts";
import { guidesIn, referenceMoves } from "./moves.ts";
import { GOOD_ENOUGH, type Score } from "./score.ts";

/** Of more components no reference is tried. */
const MOST_COMPONENTS = 8;
/** What all memories together may hold: a little more than that of one reference of 300 parameters. */
const MOST_NUMBERS = 120_000;

/** Trials cost as much as tens of sweeps, and there may be one for every number: pilots are not shorter, and few. */
const FEWEST_SWEEPS = 200;
const MOST_PILOTS = 3;

/** Sweeps that change the number of components mix well by themselves: the bar is higher than without them. */
const ASKED: Score = { ...GOOD_ENOUGH, stuck: 0.02 };

/** What serves states with one number of components. */
export interface AtCount {
  readonly memory: Memory;
  readonly moves: ReturnType<typeof referenceMoves>;
  readonly learn: ReturnType<typeof learner>;
}

/** The numbers of components that may have a reference: those the prior allows, the fewest first, as memory allows. */
function countsWithReference(target: Target): number[] {
  const counts: number[] = [];
  let length = 0;
  for (const K of severalAllowed(target)) {
    if (K > MOST_COMPONENTS || whyNotMarginal(target, K) !== undefined) continue;
    length += memoryLength(pointLayout(target, K));
    if (length > MOST_NUMBERS) break;
    counts.push(K);
  }
  return counts;
}

/** Why no number of components may have a reference, as a clause; undefined where one may. */
export function whyNoReference(target: Target): string | undefined {
  if (countsWithReference(target).length > 0) return undefined;
  const fewest = severalAllowed(target)[0];
  if (fewest === undefined) return "there is one expert at most";
  return whyNotMarginal(target, fewest) ?? `there are more than ${MOST_COMPONENTS} experts`;
}

/** Numbers of components from 2 on that have positive probability. */
const severalAllowed = (target: Target): number[] => allowedCounts(target).filter((K) => K > 1);

/** How many numbers the memories of a target have together. */
export const memoryLengthByCount = (target: Target): number =>
  countsWithReference(target).reduce((sum, K) => sum + memoryLength(pointLayout(target, K)), 0);

/** A memory for each number of components, all in one vector. */
export function memoriesByCount(target: Target, data: Vector): ReadonlyMap<number, Memory> {
  let from = 0;
  return new Map(
    countsWithReference(target).map((K) => {
      const layout = pointLayout(target, K);
      const own = data.subarray(from, from + memoryLength(layout));
      from += own.length;
      return [K, createMemory(layout, own)] as const;
    }),
  );
}

/**
 * A function that gives what serves states with K components, undefined where no reference is tried. Each is made when it
 * is first asked for and knows nothing of the others; its posterior is that given K.
 */
export function referencesByCount(
  target: Target,
  memories: ReadonlyMap<number, Memory>,
): (K: number) => AtCount | undefined {
  const made = new Map<number, AtCount>();
  const first = Math.max(FEWEST_SWEEPS, firstPilot(target.n));
  const trials = { first, most: MOST_PILOTS, asked: ASKED };

  function make(K: number, memory: Memory): AtCount {
    const posterior = marginalPosterior(target, K);
    const moves = referenceMoves(target, posterior, guidesIn(posterior.layout, memory));
    return { memory, moves, learn: learner(posterior, trials, memory) };
  }

  return (K) => {
    const memory = memories.get(K);
    if (memory === undefined) return undefined;
    const found = made.get(K) ?? make(K, memory);
    made.set(K, found);
    return found;
  };
}
