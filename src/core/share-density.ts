import { fastExp, fastLog } from "../math/exp.ts";
import { logistic } from "../math/log-sum-exp.ts";
import type { Vector } from "../math/matrix.ts";

/** Beyond this a row is of the mixture whatever its share is. */
const LARGEST_EXPONENT = 300;
const LARGEST = 1e150;
const SMALLEST = 1e-150;

/** m_i / g_i from its log, in the range of what `logShareDensity` takes. */
export const ratioOf = (logRatio: number): number => fastExp(Math.min(logRatio, LARGEST_EXPONENT));

/**
 * log of λᵃ (1 − λ)ᵇ Π_i (1 − λ + λ ratios[i]) at t = logit λ: the density of t given the two densities m_i and g_i of
 * every row, under a beta(a, b) prior of λ and up to a constant. By running products.
 */
export function logShareDensity(ratios: Vector, a: number, b: number, t: number): number {
  const lambda = logistic(t);
  const rest = logistic(-t);
  let total = a * fastLog(lambda) + b * fastLog(rest);
  let product = 1;
  for (let i = 0; i < ratios.length; i++) {
    product *= rest + lambda * ratios[i]!;
    if (product > LARGEST || product < SMALLEST) {
      total += fastLog(product);
      product = 1;
    }
  }
  return total + fastLog(product);
}
