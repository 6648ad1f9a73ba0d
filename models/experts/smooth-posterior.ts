import type { Members } from "../../src/core/data.ts";
import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { newton } from "../../src/math/newton.ts";
import type { Coordinate } from "./coordinate-prior.ts";

/** Shares of the diagonal that are added until a matrix of curvatures is positive definite. */
const LIFTS = [0, 0.01, 0.1, 1, 10, 100];

/** The log-likelihood of the members fixed last, at a point without bounds: a component's parameters. */
export interface SmoothLikelihood {
  load(members: Members): void;
  /**
   * Writes where a search may start, a function of the members and the priors alone, these raised to `priorWeight`.
   * False where the design leaves it open.
   */
  guess(point: Vector, priorWeight: number): boolean;
  /** Σ weight · log f(y_i | point), all constants included; −Infinity rather than NaN. */
  evaluate(point: Vector): number;
  /** At the point evaluated last: the gradient and the negative Hessian (d × d, at least its lower triangle). */
  derivatives(gradient: Vector, curvature: Vector): void;
  /** The same function of entry j, up to a constant; the others stay at `point`. */
  along(point: Vector, j: number): (value: number) => number;
}

/** A likelihood times independent priors on the entries of its point. */
export interface SmoothPosterior {
  /** Lower Cholesky factor of the negative Hessian, made positive definite, where `climb` took its last step. */
  readonly factor: Vector;
  /** Whether there was such a step, so that `factor` is one. */
  hasFactor(): boolean;
  /** Fixes what is climbed: priors raised to `weight`, with the densities of the points (1) or of the parameters (0). */
  load(members: Members, weight: number, jacobian: 0 | 1): void;
  /** Writes a maximum, by Newton's method from a point that depends on what was loaded alone; false where it is open. */
  climb(point: Vector, tolerance: number): boolean;
  /** The same from the point itself. */
  climbOn(point: Vector, tolerance: number): void;
}

/** The posterior; priors that are not smooth are stood in for by normal ones. Source: [nocedal2006] §3.4. */
export function smoothPosterior(
  likelihood: SmoothLikelihood,
  coordinates: readonly Coordinate[],
): SmoothPosterior {
  const d = coordinates.length;
  const factor = new Float64Array(d * d);
  const curvature = new Float64Array(d * d);
  const gradient = new Float64Array(d);
  const bend = new Float64Array(2);
  const loaded = { weight: 0, jacobian: 0 as 0 | 1 };
  let factored = false;

  function evaluate(point: Vector): number {
    let total = 0;
    for (let j = 0; j < d; j++) {
      const { lower, upper, height } = coordinates[j]!;
      const x = point[j]!;
      if (!(x >= lower && x <= upper)) return Number.NEGATIVE_INFINITY;
      total += height(x, loaded.weight, loaded.jacobian);
    }
    return total + likelihood.evaluate(point);
  }

  function newtonStep(point: Vector, step: Vector): number {
    likelihood.derivatives(gradient, curvature);
    for (let j = 0; j < d; j++) {
      coordinates[j]!.slopes(point[j]!, loaded.weight, loaded.jacobian, bend);
      gradient[j] = gradient[j]! + bend[0]!;
      curvature[j * (d + 1)] = curvature[j * (d + 1)]! - bend[1]!;
    }
    factored = LIFTS.some(factorize);
    if (!factored) return Number.NaN;
    step.set(gradient);
    solveCholesky(factor, d, step);
    return gradient.reduce((total, g, j) => total + g * step[j]!, 0);
  }

  /** Whether the curvatures are positive definite, with that share of the diagonal added. */
  function factorize(lift: number): boolean {
    factor.set(curvature);
    for (let j = 0; j < d; j++) {
      const at = j * (d + 1);
      factor[at] = lift === 0 ? curvature[at]! : (1 + lift) * Math.abs(curvature[at]!);
    }
    return cholesky(factor, d);
  }

  const search = newton({ dimension: d, evaluate, newtonStep });

  /** The last step of a search is not looked at, so that it may leave the bounds. */
  function climbOn(point: Vector, tolerance: number): void {
    bound(coordinates, point);
    search(point, tolerance);
    bound(coordinates, point);
  }

  return {
    factor,
    hasFactor: () => factored,
    load(members, weight, jacobian) {
      likelihood.load(members);
      Object.assign(loaded, { weight, jacobian });
    },
    climb(point, tolerance) {
      if (!likelihood.guess(point, loaded.weight)) return false;
      factored = false;
      climbOn(point, tolerance);
      return true;
    },
    climbOn,
  };
}

/** Brings a point to where coordinates may be, in place. */
function bound(coordinates: readonly Coordinate[], point: Vector): void {
  coordinates.forEach(({ lower, upper }, j) => {
    point[j] = Math.min(Math.max(point[j]!, lower), upper);
  });
}
