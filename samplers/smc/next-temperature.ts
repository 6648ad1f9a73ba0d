import type { Vector } from "../../src/math/matrix.ts";
import { relativeEffectiveSize } from "./weights.ts";

/** A step is settled when it is known to this fraction of itself: any choice is right, and a close one wastes little. */
const PRECISION = 0.2;

/**
 * The largest t in (from, from + most], to within a fifth of the step, at which incremental weights keep `share` of their
 * number as effective size; `from` itself where no step does. logWeights: fills its argument with the weights of a step to t. Source: [jasra2011] §3.2.
 */
export function nextTemperature(
  from: number,
  most: number,
  share: number,
  logWeights: (t: number, out: Vector) => void,
  scratch: Vector,
): number {
  const keeps = (step: number): boolean => {
    logWeights(from + step, scratch);
    return relativeEffectiveSize(scratch) >= share;
  };
  if (keeps(most)) return from + most;
  let high = most;
  let low = most / 2;
  // Steps may differ by many orders of magnitude: halve until one holds, then bisect.
  while (from + low > from && !keeps(low)) {
    high = low;
    low /= 2;
  }
  if (from + low <= from) return from;
  while (high - low > PRECISION * high) {
    const middle = (low + high) / 2;
    if (keeps(middle)) low = middle;
    else high = middle;
  }
  return from + low;
}
