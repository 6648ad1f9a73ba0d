import type { VaryingProblem } from "../../src/core/varying.ts";
import { cholesky, solveLower, solveLowerTransposed } from "../../src/math/cholesky.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { type LocalLikelihood, localLikelihood } from "./local-likelihood.ts";
import { penaltyOf } from "./penalty.ts";
import type { Curvature } from "./row-terms.ts";

export interface ClimbEnd {
  /** The penalised local log-likelihood, or what is expected of it given responsibilities. */
  readonly objective: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Steps, and the gain below which the next one is the last. */
export interface ClimbLimits {
  readonly steps: number;
  readonly tolerance: number;
}

export interface Climber {
  readonly likelihood: LocalLikelihood;
  /** Climbs at the grid point loaded, in place: theta is not worse than it was. */
  climb(theta: Vector, limits: ClimbLimits, given?: Vector): ClimbEnd;
  objective(theta: Vector, given?: Vector): number;
  /** Writes gradient and information (dimension, dimension²; both with the penalty). */
  derivatives(theta: Vector, gradient: Vector, information: Vector, curvature: Curvature): void;
}

const MOST_HALVINGS = 30;
const SUFFICIENT = 1e-4;

/**
 * Damped Newton steps on the penalised local log-likelihood in what varies. Where minus its Hessian is not positive
 * definite, the step is that of EM: the information given responsibilities, which always is. Source: [nocedal2006] §3.1,
 * [louis1982].
 */
export function climber(problem: VaryingProblem): Climber {
  const likelihood = localLikelihood(problem);
  const { layout } = likelihood;
  const { dimension: D, local } = layout;
  const d = local.length;
  const penalty = penaltyOf(problem, layout);
  const gradient = new Float64Array(D);
  const information = new Float64Array(D * D);
  const step = new Float64Array(d);
  const solver = stepOf(local, D);
  const solve = (): number => solver(gradient, information, step);
  const candidate = new Float64Array(D);

  const objective = (theta: Vector, given?: Vector): number =>
    likelihood.evaluate(theta, given) + penalty.value(theta);

  function differentiate(theta: Vector, curvature: Curvature, given?: Vector): number {
    gradient.fill(0);
    information.fill(0);
    const value = likelihood.differentiate(theta, gradient, information, curvature, given);
    return value + penalty.differentiate(theta, gradient, information);
  }

  /** Newton's step, or EM's; NaN objective ends the climb. */
  function direction(theta: Vector, given?: Vector): { value: number; promised: number } {
    const value = differentiate(theta, "observed", given);
    const promised = solve();
    if (promised > 0 || given !== undefined) return { value, promised };
    differentiate(theta, "complete");
    return { value, promised: solve() };
  }

  function backtrack(theta: Vector, value: number, promised: number, given?: Vector): boolean {
    candidate.set(theta);
    for (let halving = 0, scale = 1; halving < MOST_HALVINGS; halving++, scale /= 2) {
      for (let a = 0; a < d; a++) candidate[local[a]!] = theta[local[a]!]! + scale * step[a]!;
      if (objective(candidate, given) >= value + SUFFICIENT * scale * promised) {
        theta.set(candidate);
        return true;
      }
    }
    return false;
  }

  return {
    likelihood,
    objective,

    climb(theta, { steps, tolerance }, given) {
      for (let iteration = 0; iteration < steps; iteration++) {
        const { value, promised } = direction(theta, given);
        if (promised <= 2 * tolerance) {
          return { objective: value, iterations: iteration, converged: !Number.isNaN(value) };
        }
        if (!backtrack(theta, value, promised, given)) {
          // Rounding hides what little is left to gain.
          const converged = promised <= ROUNDING * (1 + Math.abs(value));
          return { objective: value, iterations: iteration, converged };
        }
      }
      return { objective: objective(theta, given), iterations: steps, converged: false };
    },

    derivatives(theta, outGradient, outInformation, curvature) {
      differentiate(theta, curvature);
      outGradient.set(gradient);
      outInformation.set(information);
    },
  };
}

const ROUNDING = 1e-9;

/**
 * A function that writes the step information⁻¹ gradient in the given positions and returns gradient' step; 0 where the
 * information is not positive definite.
 */
export function stepOf(positions: Int32Array, dimension: number) {
  const d = positions.length;
  const factor = new Float64Array(d * d);
  return (gradient: Vector, information: Vector, step: Vector): number => {
    for (let a = 0; a < d; a++) {
      const from = positions[a]! * dimension;
      step[a] = gradient[positions[a]!]!;
      for (let b = 0; b <= a; b++) factor[a * d + b] = information[from + positions[b]!]!;
    }
    if (!cholesky(factor, d)) return 0;
    solveLower(factor, d, step);
    let promised = 0;
    for (let a = 0; a < d; a++) promised += step[a]! * step[a]!;
    solveLowerTransposed(factor, d, step);
    return promised;
  };
}
