import type { Vector } from "./matrix.ts";

/** A smooth concave function to be climbed. */
export interface ConcaveProblem {
  readonly dimension: number;
  /** The value at a point; the derivatives there may be kept for `newtonStep`. */
  evaluate(point: Vector): number;
  /**
   * Writes Newton's step at the point evaluated last and returns gradient' step, twice the gain it promises.
   * Not positive where there is no such step.
   */
  newtonStep(point: Vector, step: Vector): number;
}

const MOST_STEPS = 50;
const MOST_HALVINGS = 30;
const SUFFICIENT = 1e-4;
/**
 * A gain below this that does not fall to half in a step, after so many, is that of a climb without end, as towards
 * infinity: near a maximum gains fall to the square of what they were.
 */
const CREEPING = 1e-6;
const MANY_STEPS = 8;

const isCreeping = (iteration: number, promised: number, last: number): boolean =>
  iteration >= MANY_STEPS && promised < CREEPING && promised > 0.5 * last;

/**
 * A function that climbs the problem from `point`, in place, by Newton's method with backtracking, until the gain
 * that the next step promises is below tolerance / 2 (that step is still taken), or creeps. Source: [nocedal2006] §3.1, §3.3.
 */
export function newton({ dimension, evaluate, newtonStep }: ConcaveProblem) {
  const step = new Float64Array(dimension);
  const candidate = new Float64Array(dimension);

  function moveTo(point: Vector, from: Vector, scale: number): void {
    for (let j = 0; j < dimension; j++) point[j] = from[j]! + scale * step[j]!;
  }

  /** The value at the first sufficiently better point along the step (left in `candidate`), if there is one. */
  function backtrack(point: Vector, value: number, promised: number): number | undefined {
    for (let halving = 0, scale = 1; halving < MOST_HALVINGS; halving++, scale /= 2) {
      moveTo(candidate, point, scale);
      const reached = evaluate(candidate);
      if (reached >= value + SUFFICIENT * scale * promised) return reached;
    }
    return undefined;
  }

  return (point: Vector, tolerance: number): void => {
    let value = evaluate(point);
    let last = Number.POSITIVE_INFINITY;
    for (let iteration = 0; iteration < MOST_STEPS; iteration++) {
      const promised = newtonStep(point, step);
      if (!(promised > tolerance)) {
        if (promised > 0) moveTo(point, point, 1);
        return;
      }
      const better = backtrack(point, value, promised);
      if (better === undefined) return;
      point.set(candidate);
      value = better;
      if (isCreeping(iteration, promised, last)) return;
      last = promised;
    }
  };
}
