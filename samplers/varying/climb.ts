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
  /** Climbs at the grid point loaded, in place: theta is, but for the tolerance, not worse than it was. */
  climb(theta: Vector, limits: ClimbLimits, given?: Vector): ClimbEnd;
  objective(theta: Vector, given?: Vector): number;
  /** Writes gradient and information (dimension, dimension²; both with the penalty). */
  derivatives(theta: Vector, gradient: Vector, information: Vector, curvature: Curvature): void;
}

/** What a step must lead to: more than the value, in proportion to what it promises. */
interface Least {
  readonly value: number;
  readonly promised: number;
}

const MOST_HALVINGS = 30;
/** Of the information given responsibilities, where minus the Hessian will not do. */
const SHARES = [0.1, 0.3, 0.6, 1];
const SUFFICIENT = 1e-4;
/** Relative to the objective. */
const ROUNDING = 1e-9;

/**
 * Damped Newton steps on the penalised local log-likelihood in what varies. Where minus its Hessian is not positive
 * definite, it is mixed with the information given responsibilities, which always is and alone gives EM's step: as little
 * of it as will do. Source: [nocedal2006] §3.1, §3.4, [louis1982].
 */
export function climber(
  problem: VaryingProblem,
  likelihood: LocalLikelihood = localLikelihood(problem),
): Climber {
  const { dimension: D, local } = likelihood.layout;
  const penalty = penaltyOf(problem, likelihood.layout);
  const gradient = new Float64Array(D);
  const information = new Float64Array(D * D);
  const [observed, complete] = [new Float64Array(D * D), new Float64Array(D * D)];
  const solver = stepOf(local, D);

  function differentiate(theta: Vector, curvature: Curvature, given?: Vector): number {
    const value = likelihood.differentiate(theta, gradient, information, curvature, given);
    return value + penalty.differentiate(theta, gradient, information);
  }

  const ascent: Ascent = {
    local,
    dimension: D,
    value: (theta, given) => likelihood.evaluate(theta, given) + penalty.value(theta),
    differentiate: (theta, given) => differentiate(theta, "observed", given),
    direction(theta, step, given) {
      const promised = solver(gradient, information, step);
      if (promised > 0 || given !== undefined) return promised;
      observed.set(information);
      differentiate(theta, "complete");
      complete.set(information);
      for (const share of SHARES) {
        for (let j = 0; j < D * D; j++) {
          information[j] = share * complete[j]! + (1 - share) * observed[j]!;
        }
        const better = solver(gradient, information, step);
        if (better > 0) return better;
      }
      return 0;
    },
  };

  return {
    likelihood,
    objective: ascent.value,
    climb: climbing(ascent),

    derivatives(theta, outGradient, outInformation, curvature) {
      differentiate(theta, curvature);
      outGradient.set(gradient);
      outInformation.set(information);
    },
  };
}

/** What is climbed, in some of its positions. */
interface Ascent {
  readonly local: Int32Array;
  readonly dimension: number;
  value(theta: Vector, given?: Vector): number;
  /** The value; derivatives are kept for `direction`. */
  differentiate(theta: Vector, given?: Vector): number;
  /** Writes the step from what was differentiated at theta; gradient' step, 0 where there is none. */
  direction(theta: Vector, step: Vector, given?: Vector): number;
}

function climbing({ local, dimension, value: valueAt, differentiate, direction }: Ascent) {
  const step = new Float64Array(local.length);
  const candidate = new Float64Array(dimension);

  function move(theta: Vector, scale: number): void {
    candidate.set(theta);
    for (let a = 0; a < step.length; a++) candidate[local[a]!]! += scale * step[a]!;
  }

  /** The value at the first fraction of the step that is enough of an ascent, theta moved there; else undefined. */
  function backtrack(theta: Vector, least: Least, from: number, given?: Vector) {
    for (let halving = 0, scale = from; halving < MOST_HALVINGS; halving++, scale /= 2) {
      move(theta, scale);
      const reached = valueAt(candidate, given);
      if (reached >= least.value + SUFFICIENT * scale * least.promised) {
        theta.set(candidate);
        return reached;
      }
    }
    return undefined;
  }

  /** As `backtrack` from the whole step, and differentiates where it ends: nearly always the whole step will do. */
  function advance(theta: Vector, least: Least, given?: Vector): number | undefined {
    move(theta, 1);
    const reached = differentiate(candidate, given);
    if (reached >= least.value + SUFFICIENT * least.promised) {
      theta.set(candidate);
      return reached;
    }
    if (backtrack(theta, least, 0.5, given) === undefined) return undefined;
    return differentiate(theta, given);
  }

  /** The last step, too small to be seen in the value: it leaves the square of the error in the parameters. */
  function settle(theta: Vector, promised: number): void {
    if (!(promised > 0)) return;
    move(theta, 1);
    theta.set(candidate);
  }

  return (theta: Vector, { steps, tolerance }: ClimbLimits, given?: Vector): ClimbEnd => {
    let value = differentiate(theta, given);
    for (let iterations = 0; iterations < steps; iterations++) {
      const promised = direction(theta, step, given);
      if (promised <= 2 * tolerance) {
        settle(theta, promised);
        return { objective: value, iterations, converged: !Number.isNaN(value) };
      }
      const least = { value, promised };
      const isLast = iterations + 1 === steps;
      const reached = isLast ? backtrack(theta, least, 1, given) : advance(theta, least, given);
      if (reached === undefined) {
        // Rounding hides what little is left to gain.
        const converged = promised <= ROUNDING * (1 + Math.abs(value));
        return { objective: value, iterations, converged };
      }
      value = reached;
    }
    return { objective: value, iterations: steps, converged: false };
  };
}

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
