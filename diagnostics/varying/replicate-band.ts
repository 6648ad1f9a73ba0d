import { type Matrix, row, type Vector } from "../../src/math/matrix.ts";
import { standardDeviation } from "../../src/math/moments.ts";
import { quantile } from "../../src/math/order.ts";

/** Limits at each point of a function; NaN with fewer than two replicates. */
export interface ReplicateBand {
  /** Standard deviation of the replicates. */
  readonly se: Vector;
  readonly lower: Vector;
  readonly upper: Vector;
  readonly simultaneousLower: Vector;
  readonly simultaneousUpper: Vector;
  /** Standard errors that the simultaneous band is wide on either side. */
  readonly critical: number;
}

/**
 * Symmetric limits around an estimate from replicates of it (replicates × points): at each point, and at all at once, as many
 * standard errors as replicates lie from the estimate with probability `level`. A point where all replicates agree
 * does not count.
 */
export function replicateBand(estimate: Vector, replicates: Matrix, level: number): ReplicateBand {
  const { rows: B, columns: points } = replicates;
  const se = new Float64Array(points);
  const own = new Float64Array(points);
  const most = new Float64Array(B);
  const distance = new Float64Array(B);
  for (let g = 0; g < points; g++) {
    const values = Float64Array.from({ length: B }, (_, b) => row(replicates, b)[g]!);
    se[g] = B > 1 ? standardDeviation(values) : Number.NaN;
    for (let b = 0; b < B; b++) {
      distance[b] = se[g] === 0 ? 0 : Math.abs(values[b]! - estimate[g]!) / se[g]!;
      most[b] = Math.max(most[b]!, distance[b]!);
    }
    own[g] = quantile(distance, level);
  }
  const critical = quantile(most, level);
  const limit = (times: (g: number) => number): Vector =>
    estimate.map((value, g) => value + times(g) * se[g]!);
  return {
    ...{ se, critical, lower: limit((g) => -own[g]!), upper: limit((g) => own[g]!) },
    simultaneousLower: limit(() => -critical),
    simultaneousUpper: limit(() => critical),
  };
}
