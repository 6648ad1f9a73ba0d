import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import { addGramAndProducts } from "../../src/math/gram-and-products.ts";
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
 * second derivative `weight` and the first one `expected`; both, and the score, are read when a step is asked for.
 */
export function rowStep(
  design: Vector,
  q: number,
  prior: NormalRowPrior,
  { weight, expected, score }: Readonly<Record<"weight" | "expected" | "score", Vector>>,
): RowStep {
  const factor = new Float64Array(q * q);
  const sums = new Float64Array(q);
  const gradient = new Float64Array(q);
  return {
    factor,
    step(row, step) {
      factor.fill(0);
      prior.addPrecision(factor);
      sums.fill(0);
      addGramAndProducts(design, q, weight, expected, factor, sums);
      prior.gradient(row, gradient);
      for (let j = 0; j < q; j++) gradient[j] = gradient[j]! + score[j]! - sums[j]!;
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
