import type { MarginalPosterior } from "../../src/core/marginal-posterior.ts";
import type { Vector } from "../../src/math/matrix.ts";
import type { Labels } from "./labels.ts";
import type { Reference } from "./reference.ts";

/** Where a chain is while allocations are summed out: a canonical point with what is known of it. */
export interface Place {
  readonly point: Vector;
  /** Log posterior density. */
  value: number;
  /** Squared whitened length. */
  squares: number;
  /** Of the value, where it has been computed. */
  readonly gradient: Vector;
  hasGradient: boolean;
}

/** What the moves work with; `base` is that of the present state. */
export interface Surroundings {
  readonly posterior: MarginalPosterior;
  readonly reference: Reference;
  readonly labels: Labels;
  base: number;
}

export function emptyPlace(dimension: number): Place {
  return {
    point: new Float64Array(dimension),
    value: Number.NaN,
    squares: Number.NaN,
    gradient: new Float64Array(dimension),
    hasGradient: false,
  };
}
