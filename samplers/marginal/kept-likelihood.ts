import type { MarginalPosterior } from "../../src/core/marginal-posterior.ts";
import type { Target } from "../../src/core/target.ts";
import type { Vector } from "../../src/math/matrix.ts";

/**
 * The log-likelihood of the point that was kept last, as long as neither the point nor the response has been rewritten;
 * of any other it is computed anew, to the same bits.
 */
export function keptLikelihood(
  { expert: { y } }: Target,
  { layout, logLikelihood }: MarginalPosterior,
) {
  const kept = new Float64Array(layout.dimension).fill(Number.NaN);
  let value = Number.NaN;
  let print = Number.NaN;
  return {
    keep(point: Vector, logLikelihoodThere: number): void {
      kept.set(point);
      value = logLikelihoodThere;
      print = fingerprint(y);
    },
    at(point: Vector): number {
      return isSame(kept, point) && print === fingerprint(y) ? value : logLikelihood(point);
    },
  };
}

function isSame(a: Vector, b: Vector): boolean {
  for (let j = 0; j < a.length; j++) if (a[j] !== b[j]) return false;
  return true;
}

/** A sum that changes with the values and their order. */
function fingerprint(values: Vector): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * (1 + (i & 1023));
  return sum;
}
