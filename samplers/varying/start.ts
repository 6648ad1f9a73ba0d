import type { VaryingProblem } from "../../src/core/varying.ts";
import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { type Layout, predictorOf } from "./layout.ts";
import type { Window } from "./window.ts";

/** Added to the diagonal of a weighted Gram matrix, relative to it: a component may have hardly any rows in a window. */
const RIDGE = 1e-6;

/**
 * A function that writes first parameters for the rows of a window and their responsibilities (row i at i · K): least
 * squares of the working response, the dispersion of what it leaves, a gate without covariates.
 */
export function starter(problem: VaryingProblem, layout: Layout) {
  const { family, offset } = problem;
  const { components: K, first, width, hasDispersion } = layout;
  const d = width[0];
  const gram = new Float64Array(d * d);
  const coefficients = new Float64Array(d);

  function leastSquares({ from, to, weight, designs, stride }: Window, r: Vector, k: number): void {
    gram.fill(0);
    coefficients.fill(0);
    for (let i = from; i < to; i++) {
      const w = weight[i - from]! * r[i * K + k]!;
      const target = family.working(i) - offset[i]!;
      for (let a = 0; a < d; a++) {
        const wx = w * designs[0][a * stride + i - from]!;
        coefficients[a] = coefficients[a]! + wx * target;
        for (let b = 0; b <= a; b++) gram[a * d + b]! += wx * designs[0][b * stride + i - from]!;
      }
    }
    for (let a = 0; a < d; a++) gram[a * d + a]! += RIDGE * (1 + gram[a * d + a]!);
    if (cholesky(gram, d)) solveCholesky(gram, d, coefficients);
    else coefficients.fill(0);
  }

  function residualVariance({ from, to, weight, designs, stride }: Window, r: Vector, k: number) {
    let [squares, total] = [0, 0];
    for (let i = from; i < to; i++) {
      const w = weight[i - from]! * r[i * K + k]!;
      let residual = family.working(i) - offset[i]!;
      for (let a = 0; a < d; a++) {
        residual -= designs[0][a * stride + i - from]! * coefficients[a]!;
      }
      squares += w * residual * residual;
      total += w;
    }
    return total > 0 ? squares / total : 1;
  }

  return (window: Window, responsibility: Vector, theta: Vector): void => {
    theta.fill(0);
    for (let k = 0; k < K; k++) {
      leastSquares(window, responsibility, k);
      theta.set(coefficients, first[predictorOf(layout, k, 0)]!);
      if (!hasDispersion) continue;
      const variance = residualVariance(window, responsibility, k);
      theta[first[predictorOf(layout, k, 1)]!] = family.startDispersion(variance);
    }
  };
}
