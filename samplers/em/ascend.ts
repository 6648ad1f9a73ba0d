import { SamplerError } from "../../src/core/errors.ts";
import type { State } from "../../src/core/target.ts";
import { coordinatesOf } from "./coordinates.ts";
import type { EmProblem } from "./problem.ts";
import { weighColumns } from "./row-weight.ts";
import { squarem } from "./squarem.ts";

/** How a climb has ended. */
export interface Climbed {
  readonly iterations: number;
  readonly converged: boolean;
  /** What was maximized, at the end. */
  readonly objective: number;
  readonly gradientNorm: number;
}

/** What is still to be gained, relative to 1 + |objective|. */
export const GAIN = 1e-11;
/** Derivative a row. */
export const GRADIENT = 1e-7;
/** Falls below this, relative to 1 + |objective|, are rounding errors. */
const ROUNDING = 1e-9;

/**
 * EM with leaps, from a state, in place, to where gain and gradient are negligible; with a tolerance, to where an
 * iteration gains less than that, relative to 1 + |objective|.
 */
export function ascend(
  problem: EmProblem,
  state: State,
  maxIterations: number,
  tolerance?: number,
): Climbed {
  const step = emStep(problem);
  const accelerate = squarem(coordinatesOf(problem.target, problem.admit), step, problem.objective);
  let height = step(state);
  let gain = Number.POSITIVE_INFINITY;
  let iterations = 0;
  let converged = false;
  while (iterations < maxIterations && !converged) {
    const { heights, reached } = accelerate(state);
    let below = height;
    for (const next of heights) {
      checkRise(below, next, ++iterations);
      below = next;
    }
    const scale = 1 + Math.abs(reached);
    const next = reached - height;
    const remaining = aitken(gain, next);
    gain = next;
    height = reached;
    converged =
      tolerance === undefined
        ? remaining < GAIN * scale && problem.marginalNorm(state) < GRADIENT
        : next < tolerance * scale * (heights.length - 1);
    if (problem.isDegenerate(state)) break;
  }
  const gradientNorm = problem.marginalNorm(state);
  return { iterations, converged, objective: problem.objective(state), gradientNorm };
}

/** One EM step in place; returns the objective before it. */
function emStep(problem: EmProblem) {
  return (state: State): number => {
    const joint = problem.joint(state);
    const value = problem.likelihood(joint) + problem.prior(state);
    const responsibility = weighColumns(problem.weight, problem.responsibilities(joint));
    problem.maximizeExperts(state, responsibility);
    problem.maximizeGate(state, responsibility);
    problem.maximizeShare(state, responsibility);
    return value;
  };
}

/** What steps of geometrically falling gains would still gain. */
export function aitken(before: number, now: number): number {
  const rate = now / before;
  return rate > 0 && rate < 1 && Number.isFinite(before) ? now / (1 - rate) : Math.abs(now);
}

/** Throws a SamplerError where the objective has fallen by more than rounding, or is NaN. */
export function checkRise(before: number, after: number, iteration: number): void {
  if (after >= before - ROUNDING * (1 + Math.abs(before))) return;
  throw new SamplerError(
    `the objective of EM must not fall; it went from ${before} to ${after} in iteration ` +
      `${iteration}; report this with the data, or try another seed`,
    { iteration, before, after },
  );
}
