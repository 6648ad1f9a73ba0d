import { cholesky, solveCholesky } from "../../../src/math/cholesky.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import type { Coordinate } from "../../experts/coordinate-prior.ts";
import type { Functions } from "./functions.ts";
import type { RowTerms } from "./row-terms.ts";

/** Shares of the diagonal that are added until a matrix of curvatures is positive definite. */
const LIFTS = [0, 1e-8, 0.01, 1, 100];
/** Of a lift, where the diagonal itself is 0. */
const LEAST = 1e-6;

/** Levels and shapes given the scales, by entry of the linear predictor: a likelihood times their priors. */
export interface FreeProblem {
  /** Lower Cholesky factor of the negative Hessian where the last step was asked for, made positive definite. */
  readonly factor: Vector;
  /** Fixes the likelihood and the scales (those of `point`), and raises the priors to `priorWeight`. */
  load(point: Vector, terms: RowTerms, priorWeight: number): void;
  /** The log density up to a constant; priors that are not smooth are stood in for. */
  evaluate(free: Vector): number;
  newtonStep(free: Vector, step: Vector): number;
  likelihood(free: Vector): number;
  shapesSquared(free: Vector): number;
}

export function freeProblem(functions: Functions, levels: readonly Coordinate[]): FreeProblem {
  const { rows } = functions;
  const { length, n, start } = rows;
  const scale = new Float64Array(length);
  const linear = new Float64Array(length);
  const gradient = new Float64Array(length);
  const factor = new Float64Array(length * length);
  const curvature = new Float64Array(length * length);
  const eta = new Float64Array(n);
  const slope = new Float64Array(n);
  const bend = new Float64Array(n);
  const prior = freePrior(levels, start, length);
  const loaded: { terms?: RowTerms; weight: number } = { weight: 1 };

  function predict(free: Vector): Vector {
    for (let a = 0; a < length; a++) linear[a] = scale[a]! * free[a]!;
    rows.predict(linear, loaded.terms!.rows, eta);
    return eta;
  }

  /** gradient and curvature of the likelihood by the free entries, from what each row's predictor gives. */
  function chain(): void {
    rows.cross(loaded.terms!.rows, slope, gradient);
    rows.gram(loaded.terms!.rows, bend, curvature);
    for (let a = 0; a < length; a++) {
      gradient[a] = scale[a]! * gradient[a]!;
      for (let b = 0; b <= a; b++) {
        curvature[a * length + b] = scale[a]! * scale[b]! * curvature[a * length + b]!;
      }
    }
  }

  return {
    factor,
    shapesSquared: prior.shapesSquared,
    likelihood: (free) => loaded.terms!.value(predict(free)),

    load(point, terms, weight) {
      Object.assign(loaded, { terms, weight });
      functions.multipliers(point, scale);
    },

    evaluate(free) {
      const height = prior.height(free, loaded.weight);
      if (height === Number.NEGATIVE_INFINITY) return height;
      return height + loaded.terms!.derivatives(predict(free), slope, bend);
    },

    newtonStep(free, step) {
      chain();
      prior.add(free, loaded.weight, gradient, curvature);
      if (!LIFTS.some((lift) => factorize(curvature, lift, factor, length))) return Number.NaN;
      step.set(gradient);
      solveCholesky(factor, length, step);
      return gradient.reduce((sum, g, a) => sum + g * step[a]!, 0);
    },
  };
}

/** N(0, 1) for the shapes, the given priors for the levels, raised to a power. */
function freePrior(levels: readonly Coordinate[], start: readonly number[], length: number) {
  const isShape = new Uint8Array(length).fill(1);
  for (const at of start) isShape[at] = 0;
  const slopes = new Float64Array(2);

  function shapesSquared(free: Vector): number {
    let total = 0;
    for (let a = 0; a < length; a++) if (isShape[a] === 1) total += free[a]! ** 2;
    return total;
  }

  return {
    shapesSquared,

    height(free: Vector, weight: number): number {
      let total = -0.5 * weight * shapesSquared(free);
      levels.forEach(({ height, lower, upper }, j) => {
        const x = free[start[j]!]!;
        total += x >= lower && x <= upper ? height(x, weight, 1) : Number.NEGATIVE_INFINITY;
      });
      return total;
    },

    /** Adds what the prior does to the gradient and to minus the Hessian. */
    add(free: Vector, weight: number, gradient: Vector, curvature: Vector): void {
      for (let a = 0; a < length; a++) {
        if (isShape[a] === 0) continue;
        gradient[a] = gradient[a]! - weight * free[a]!;
        curvature[a * (length + 1)] = curvature[a * (length + 1)]! + weight;
      }
      levels.forEach((level, j) => {
        const at = start[j]!;
        level.slopes(free[at]!, weight, 1, slopes);
        gradient[at] = gradient[at]! + slopes[0]!;
        curvature[at * (length + 1)] = curvature[at * (length + 1)]! - slopes[1]!;
      });
    },
  };
}

/** Whether the curvatures are positive definite, with that share of the diagonal added. */
function factorize(curvature: Vector, lift: number, factor: Vector, length: number): boolean {
  factor.set(curvature);
  for (let a = 0; a < length && lift > 0; a++) {
    const at = a * (length + 1);
    factor[at] = (1 + lift) * Math.abs(curvature[at]!) + lift * LEAST;
  }
  return cholesky(factor, length);
}
