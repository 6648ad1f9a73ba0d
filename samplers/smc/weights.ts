import { fastExp, fastLog } from "../../src/math/exp.ts";
import { logSumExp } from "../../src/math/log-sum-exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { type Rng, uniform } from "../../src/math/rng.ts";

/** log of the mean of exp(logWeight); −Infinity where all are. */
export function logMeanExp(logWeight: Vector): number {
  return logSumExp(logWeight) - fastLog(logWeight.length);
}

/** (Σ w)² / Σ w² over the number of weights: 1 where all are equal, 0 where none is positive. */
export function relativeEffectiveSize(logWeight: Vector): number {
  const top = logSumExp(logWeight);
  if (!Number.isFinite(top)) return 0;
  let squares = 0;
  for (let i = 0; i < logWeight.length; i++) squares += fastExp(2 * (logWeight[i]! - top));
  return 1 / (squares * logWeight.length);
}

/**
 * Systematic resampling: ancestors[m] ascends, and i occurs as often as ancestors.length times its normalised weight,
 * rounded up or down. One uniform draw. Source: [chopin2020] §9.6.
 */
export function systematic(rng: Rng, logWeight: Vector, ancestors: Int32Array): void {
  const top = logSumExp(logWeight);
  const last = logWeight.length - 1;
  let threshold = uniform(rng);
  let i = 0;
  let reached = ancestors.length * fastExp(logWeight[0]! - top);
  for (let m = 0; m < ancestors.length; m++, threshold++) {
    while (reached < threshold && i < last) {
      i++;
      reached += ancestors.length * fastExp(logWeight[i]! - top);
    }
    ancestors[m] = i;
  }
}
