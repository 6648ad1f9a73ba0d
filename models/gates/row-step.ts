import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import { weightedGram } from "../../src/math/gram.ts";
import type { Vector } from "../../src/math/matrix.ts";
import type { NormalRowPrior } from "./softmax-prior.ts";

/** Newton's step for one row of a gate under its normal prior. */
export interface RowStep {
  /** Lower Cholesky factor of the negative Hessian at the point of the last step. */
  readonly factor: Vector;
  /** Writes the step at `row` and returns gradient' step; NaN where the Hessian is not negative definite. */
  step(row: Vector, step: Vector): number;
}

/**
 * The step of log prior + score'γ − (a convex function of the linear predictors), which has at each row of the design the
 * second derivative `weight` and the first one `weight · working`; both, and the score, are read when a step is asked for.
 */
export function rowStep(
  design: Vector,
  q: number,
  prior: NormalRowPrior,
  { weight, working, score }: Readonly<Record<"weight" | "working" | "score", Vector>>,
): RowStep {
  const factor = new Float64Array(q * q);
  const expected = new Float64Array(q);
  const gradient = new Float64Array(q);
  return {
    factor,
    step(row, step) {
      factor.fill(0);
      prior.addPrecision(factor);
      expected.fill(0);
      weightedGram(design, q, undefined, weight, working, factor, expected);
      prior.gradient(row, gradient);
      for (let j = 0; j < q; j++) gradient[j] = gradient[j]! + score[j]! - expected[j]!;
      if (!cholesky(factor, q)) return Number.NaN;
      step.set(gradient);
      solveCholesky(factor, q, step);
      return dot(gradient, step);
    },
  };
}

export function dot(a: Vector, b: Vector): number {
  let total = 0;
  for (let j = 0; j < a.length; j++) total += a[j]! * b[j]!;
  return total;
}
