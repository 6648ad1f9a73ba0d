import type { VaryingProblem } from "../../src/core/varying.ts";
import type { Matrix, Vector } from "../../src/math/matrix.ts";
import { categorical } from "../../src/math/random/categorical.ts";
import type { Rng } from "../../src/math/rng.ts";
import { rowModel } from "./interpolate.ts";
import { predictorOf } from "./layout.ts";

/**
 * A response for each row, its component drawn by the gate and written to `component` (0 … K − 1), by parameters
 * interpolated between the grid points.
 */
export function drawRows(
  rng: Rng,
  problem: VaryingProblem,
  grid: Vector,
  theta: Matrix,
  component: Int32Array,
): Vector {
  const { n, family, offset } = problem;
  const { layout, terms, predict } = rowModel(problem);
  const predictors = new Float64Array(layout.predictors);
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    predict(i, grid, theta, predictors);
    terms.value(i, predictors);
    const k = Math.max(0, categorical(rng, terms.probability, 1));
    const eta = predictors[predictorOf(layout, k, 0)]! + offset[i]!;
    const s = layout.hasDispersion ? predictors[predictorOf(layout, k, 1)]! : 0;
    component[i] = k;
    y[i] = family.sample(rng, i, eta, s);
  }
  return y;
}
