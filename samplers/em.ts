import { UsageError } from "../src/core/errors.ts";
import type { State, Target } from "../src/core/target.ts";
import { copy, type Matrix } from "../src/math/matrix.ts";
import { classify, wander } from "./em/allocated.ts";
import { ascend, type Climbed } from "./em/ascend.ts";
import { ascendByRows } from "./em/ascend-by-rows.ts";
import { headStart } from "./em/head-start.ts";
import { describe, type EmProblem, emProblem } from "./em/problem.ts";
import type { EmSettings } from "./em/settings.ts";
import { copyDeviation } from "./em/share.ts";

export interface EmResult {
  /** Parameters at the end; z holds the most probable component of each row. */
  readonly state: State;
  /** With allocations summed out, each row times its weight. */
  readonly logLikelihood: number;
  /**
   * What was maximized: the log-likelihood plus priorWeight times the log prior; for the classification
   * variant Σ weight · log(probability · density) of the best component of each row instead of the former.
   */
  readonly objective: number;
  readonly iterations: number;
  /** Both the expected gain (Aitken) and the gradient are negligible; classification: no row changes its component. */
  readonly converged: boolean;
  /** Largest absolute derivative in unconstrained coordinates divided by the total weight of the rows. */
  readonly gradientNorm: number;
  /** Responsibilities at the end, K × n. */
  readonly responsibility: Matrix;
  /** Components whose sd is at the floor. */
  readonly atFloor: readonly number[];
}

/** Unless settings say so. */
export const MOST_ITERATIONS = 2000;

/**
 * Climbs from a state to a maximum of the likelihood (or posterior) with allocations summed out; the
 * classification variant to one with allocations maximized, the stochastic one to the first kind from
 * the best state of a random walk. Throws a SamplerError that names the iteration where the objective
 * falls or is not a number, a UsageError where the settings cannot be.
 * Source: [dempster1977], [celeux1992], [celeux1985]; acceleration [varadhan2008]; stopping [bohning1994].
 */
export function em(target: Target, start: State, settings: EmSettings = {}): EmResult {
  const problem = emProblem(target, start.theta.rows, settings);
  const state = {
    theta: copy(start.theta),
    gamma: copy(start.gamma),
    z: start.z.slice(),
    ...copyDeviation(start),
  };
  problem.impose(state);
  const climbed = climb(problem, state, settings);
  return { ...climbed, ...describe(problem, state) };
}

function climb(
  problem: EmProblem,
  state: State,
  { variant = "em", maxIterations = MOST_ITERATIONS, tolerance, rng }: EmSettings,
): Climbed {
  if (variant === "classification") return classify(problem, state, maxIterations);
  if (variant === "em") return rise(problem, state, maxIterations, tolerance);
  if (rng === undefined) {
    throw new UsageError("stochastic EM draws allocations; give it a random stream, `rng`");
  }
  const sweeps = wander(problem, state, rng, maxIterations);
  const climbed = rise(problem, state, maxIterations, tolerance);
  return { ...climbed, iterations: sweeps + climbed.iterations };
}

/** By passes over the rows as far as they lead, then one component after another. */
function rise(
  problem: EmProblem,
  state: State,
  maxIterations: number,
  tolerance: number | undefined,
): Climbed {
  const pass = problem.pass();
  if (pass === undefined) return ascend(problem, state, maxIterations, tolerance);
  const head = headStart(problem, pass, state, maxIterations);
  const left = maxIterations - head.iterations;
  const first = ascendByRows(problem, pass, state, left, tolerance, head.height);
  const iterations = head.iterations + first.iterations;
  if (first.isHealthy) return { ...first, iterations };
  const rest = ascend(problem, state, maxIterations - iterations, tolerance);
  return { ...rest, iterations: iterations + rest.iterations };
}
