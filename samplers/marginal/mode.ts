import type { MarginalPosterior } from "../../src/core/marginal-posterior.ts";
import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import { type Matrix, matrix, type Vector } from "../../src/math/matrix.ts";

const MOST_STEPS = 60;
const MOST_TRIES = 12;
/** Half of it is the gain that a further step would promise. */
const CONVERGED = 1e-6;
const FIRST_DAMPING = 0.01;
const LEAST_DAMPING = 1e-6;

/**
 * A function that climbs to a maximum of the posterior by Newton's method, the diagonal raised where that is needed to
 * climb (Levenberg), from `point`, in place; writes the Cholesky factor of minus the Hessian there. False where it finds
 * no maximum with such a factor. Source: [nocedal2006] §10.3.
 */
export function modeFinder(posterior: MarginalPosterior) {
  const D = posterior.layout.dimension;
  const gradient = new Float64Array(D);
  const step = new Float64Array(D);
  const next = new Float64Array(D);
  const curvature = matrix(D, D);

  /** Writes the damped step; twice the gain that it promises, NaN where there is none. */
  function propose(damping: number, factor: Vector): number {
    if (!factorize(curvature, damping, factor)) return Number.NaN;
    step.set(gradient);
    solveCholesky(factor, D, step);
    let promised = 0;
    for (let j = 0; j < D; j++) promised += gradient[j]! * step[j]!;
    return promised;
  }

  /** Tries steps, more and more damped, until one climbs; the damping of that one, NaN where none does. */
  function climb(
    point: Vector,
    base: number,
    value: number,
    damping: number,
    factor: Vector,
  ): number {
    let lift = damping;
    for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
      if (propose(lift, factor) > 0) {
        for (let j = 0; j < D; j++) next[j] = point[j]! + step[j]!;
        if (posterior.value(next, base) > value) return lift;
      }
      lift = Math.max(FIRST_DAMPING, 5 * lift);
    }
    return Number.NaN;
  }

  return (point: Vector, base: number, factor: Vector): boolean => {
    let damping = 0;
    for (let count = 0; count < MOST_STEPS; count++) {
      const value = posterior.derivatives(point, base, gradient, curvature);
      if (!Number.isFinite(value)) return false;
      if (propose(0, factor) < CONVERGED) return true;
      damping = climb(point, base, value, damping, factor);
      if (Number.isNaN(damping)) return false;
      point.set(next);
      damping = damping > LEAST_DAMPING ? damping / 10 : 0;
    }
    return false;
  };
}

/** The factor of a matrix whose diagonal is raised by a share of itself; false where it is not positive definite. */
export function factorize({ rows: D, data }: Matrix, damping: number, factor: Vector): boolean {
  factor.set(data);
  for (let j = 0; damping > 0 && j < D; j++) {
    const at = j * (D + 1);
    factor[at] = data[at]! + damping * Math.max(Math.abs(data[at]!), Number.MIN_VALUE);
  }
  return cholesky(factor, D);
}
