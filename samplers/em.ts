import type { State, Target } from "../src/core/target.ts";
import { copy, type Matrix } from "../src/math/matrix.ts";
import { ascend } from "./em/ascend.ts";
import { emProblem } from "./em/problem.ts";
import type { EmSettings } from "./em/settings.ts";

export interface EmResult {
  /** Parameters at the end; z holds the most probable component of each row. */
  readonly state: State;
  /** With allocations summed out, each row times its weight. */
  readonly logLikelihood: number;
  /** The log-likelihood plus priorWeight times the log prior: what was maximized. */
  readonly objective: number;
  readonly iterations: number;
  /** Both the expected gain (Aitken) and the gradient are negligible. */
  readonly converged: boolean;
  /** Largest absolute derivative in unconstrained coordinates divided by the total weight of the rows. */
  readonly gradientNorm: number;
  /** Responsibilities at the end, K × n. */
  readonly responsibility: Matrix;
  /** Components whose sd is at the floor. */
  readonly atFloor: readonly number[];
}

const MOST_ITERATIONS = 2000;

/**
 * Climbs from a state to a maximum of the likelihood (or posterior) with allocations summed out.
 * Throws a SamplerError that names the iteration where the objective falls or is not a number.
 * Source: [dempster1977]; acceleration [varadhan2008]; stopping [bohning1994].
 */
export function em(target: Target, start: State, settings: EmSettings = {}): EmResult {
  const { maxIterations = MOST_ITERATIONS } = settings;
  const problem = emProblem(target, start.theta.rows, settings);
  const state = { theta: copy(start.theta), gamma: copy(start.gamma), z: start.z.slice() };
  problem.admit(state);
  const climbed = ascend(problem, state, maxIterations);
  return { ...climbed, ...problem.describe(state) };
}
