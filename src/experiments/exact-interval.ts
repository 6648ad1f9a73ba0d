import type { FittedSlope } from "../core/experiment.ts";
import { betaQuantile } from "../math/stdlib.ts";

/** A share with its exact binomial interval, `error` being what it may miss by. Source: [clopper1934]. */
export function exactInterval(count: number, total: number, error = 0.05): FittedSlope {
  const low = count === 0 ? 0 : betaQuantile(error / 2, count, total - count + 1);
  const high = count === total ? 1 : betaQuantile(1 - error / 2, count + 1, total - count);
  return { estimate: count / total, low, high };
}
