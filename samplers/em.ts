import { SamplerError } from "../src/core/errors.ts";
import {
  logJoint,
  mixtureScratch,
  sumOutAllocation,
  toResponsibilities,
} from "../src/core/mixture.ts";
import type { State, Target } from "../src/core/target.ts";
import { copy, type Matrix, row } from "../src/math/matrix.ts";
import { standardDeviation } from "../src/math/moments.ts";
import { coordinatesOf } from "./em/coordinates.ts";
import { gradientNormOf } from "./em/gradient-norm.ts";
import { scaleIndex } from "./em/scale-index.ts";
import type { EmSettings } from "./em/settings.ts";
import { squarem } from "./em/squarem.ts";

export interface EmResult {
  /** Parameters at the end; z holds the most probable component of each row. */
  readonly state: State;
  readonly logLikelihood: number;
  /** The log-likelihood plus priorWeight times the log prior: what was maximized. */
  readonly objective: number;
  readonly iterations: number;
  /** Both the expected gain (Aitken) and the gradient are negligible. */
  readonly converged: boolean;
  /** Largest absolute derivative in unconstrained coordinates divided by the number of rows. */
  readonly gradientNorm: number;
  /** Responsibilities at the end, K × n. */
  readonly responsibility: Matrix;
}

const MOST_ITERATIONS = 2000;
/** What is still to be gained, relative to 1 + |objective|. */
const GAIN = 1e-11;
/** Derivative a row. */
const GRADIENT = 1e-7;
/** Falls below this, relative to 1 + |objective|, are rounding errors. */
const ROUNDING = 1e-9;
/** An expert whose sd is below this share of the response's has run away: its likelihood is unbounded. */
const RUNAWAY = 1e-6;

/**
 * Climbs from a state to a maximum of the likelihood (or posterior) with allocations summed out.
 * Throws a SamplerError that names the iteration where the objective falls or is not a number.
 * Source: [dempster1977]; acceleration [varadhan2008]; stopping [bohning1994].
 */
export function em(target: Target, start: State, settings: EmSettings = {}): EmResult {
  const { priorWeight = 0, maxIterations = MOST_ITERATIONS, sdFloor = 0 } = settings;
  const climber = emClimber(target, priorWeight, sdFloor);
  const accelerate = squarem(coordinatesOf(target), climber.step, climber.objective);
  const state = { theta: copy(start.theta), gamma: copy(start.gamma), z: start.z.slice() };
  let height = climber.step(state);
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
    converged = remaining < GAIN * scale && climber.gradientNorm(state) < GRADIENT;
    if (climber.isDegenerate(state)) break;
  }
  return { ...climber.finish(state), iterations, converged };
}

/** What steps of geometrically falling gains would still gain. */
function aitken(before: number, now: number): number {
  const rate = now / before;
  return rate > 0 && rate < 1 && Number.isFinite(before) ? now / (1 - rate) : Math.abs(now);
}

function checkRise(before: number, after: number, iteration: number): void {
  if (after >= before - ROUNDING * (1 + Math.abs(before))) return;
  throw new SamplerError(
    `the objective of EM must not fall; it went from ${before} to ${after} in iteration ` +
      `${iteration}; report this with the data, or try another seed`,
    { iteration, before, after },
  );
}

/** The steps of EM on one target, with their scratch. */
function emClimber(target: Target, priorWeight: number, sdFloor: number) {
  const { n, expert, gate } = target;
  const scratch = mixtureScratch(target);
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  const norm = gradientNormOf(target, priorWeight, sdFloor);
  const sdAt = scaleIndex(target);
  const collapsed = RUNAWAY * standardDeviation(expert.y);
  const prior = (state: State): number =>
    priorWeight === 0 ? 0 : priorWeight * target.logPrior(state);

  const objective = (state: State): number =>
    sumOutAllocation(logJoint(target, state, scratch), scratch) + prior(state);

  /** One EM step in place; returns the objective before it. */
  function step(state: State): number {
    const joint = logJoint(target, state, scratch);
    const value = sumOutAllocation(joint, scratch) + prior(state);
    const responsibility = toResponsibilities(joint, scratch);
    for (let k = 0; k < state.theta.rows; k++) {
      const theta = row(state.theta, k);
      expert.maximize(theta, { rows, weight: row(responsibility, k) }, priorWeight);
      if (sdAt >= 0) theta[sdAt] = Math.max(theta[sdAt]!, sdFloor, 1e-12 * collapsed);
    }
    gate.maximize(state.gamma, responsibility, priorWeight);
    return value;
  }

  return {
    step,
    objective,
    gradientNorm: norm,
    isDegenerate: ({ theta }: State): boolean =>
      sdAt >= 0 &&
      Array.from({ length: theta.rows }, (_, k) => row(theta, k)[sdAt]!).some(
        (sd) => sd < collapsed && sd > sdFloor,
      ),
    finish(state: State) {
      const joint = logJoint(target, state, scratch);
      const logLikelihood = sumOutAllocation(joint, scratch);
      const responsibility = copy(toResponsibilities(joint, scratch));
      state.z.set(mostProbable(responsibility));
      return {
        state,
        logLikelihood,
        objective: logLikelihood + prior(state),
        gradientNorm: norm(state),
        responsibility,
      };
    },
  };
}

function mostProbable({ rows: K, columns: n, data }: Matrix): Int32Array {
  const best = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    for (let k = 1; k < K; k++) if (data[k * n + i]! > data[best[i]! * n + i]!) best[i] = k;
  }
  return best;
}
