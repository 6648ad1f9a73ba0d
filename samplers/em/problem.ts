import { UsageError } from "../../src/core/errors.ts";
import { lazily } from "../../src/core/lazily.ts";
import {
  firstRows,
  logJoint,
  mixtureScratch,
  sumOutAllocation,
  toResponsibilities,
  writeMostProbable,
} from "../../src/core/mixture.ts";
import type { State, Target } from "../../src/core/target.ts";
import { type Matrix, matrix, row } from "../../src/math/matrix.ts";
import { constrainedMaximizer } from "./constrained-maximizer.ts";
import { impose, planOf } from "./constraints.ts";
import { gradientNormOf } from "./gradient-norm.ts";
import { maximizer } from "./maximizer.ts";
import { isAtFloor, keepWithin, type ParameterPlan } from "./parameter-plan.ts";
import { rowPass } from "./row-pass.ts";
import {
  type RowWeight,
  rowWeightOf,
  weighColumns,
  weightedDeviation,
  weightedSum,
} from "./row-weight.ts";
import { scaleIndex, scaleIndexOf } from "./scale-index.ts";
import type { EmSettings } from "./settings.ts";
import { maximizeShare, shareGradient } from "./share.ts";

/** An expert whose sd is below this share of the response's has run away: its likelihood is unbounded. */
const RUNAWAY = 1e-6;
/** Sds stay above this share of that limit, so that densities stay numbers. */
const LEAST = 1e-12;

/** What EM maximizes on one target, with the pieces of its steps and their scratch. */
export function emProblem(target: Target, components: number, settings: EmSettings) {
  const { expert, gate } = target;
  const { priorWeight = 0, sdFloor = 0, variant } = settings;
  const weight = rowWeightOf(target.n, settings.rowWeight);
  const sdAt = scaleIndex(target);
  const collapsed = RUNAWAY * weightedDeviation(weight, expert.y);
  const least = Math.max(sdFloor, LEAST * collapsed);
  const plan = planUnder(target, components, settings);
  const norm = lazily(() => gradientNormOf(target, plan, priorWeight, sdFloor));
  const isFree = plan.size === components * expert.dimension;
  const maximizeExperts = lazily(() =>
    isFree
      ? maximizer(target, weight, priorWeight, least)
      : constrainedMaximizer(target, plan, least),
  );
  const divided = weight.each === undefined ? settings.addUp : undefined;
  const hasPasses =
    isFree && priorWeight === 0 && variant !== "classification" && target.deviation === undefined;
  const passOver = (every: number) =>
    hasPasses ? rowPass(target, components, weight, every, divided) : undefined;
  const pass = lazily(() => passOver(1));
  const { joint, likelihood, responsibilities } = eStep(target, weight);
  const prior = (state: State): number =>
    priorWeight === 0 ? 0 : priorWeight * target.logPrior(state);
  return {
    target,
    weight,
    prior,
    joint,
    likelihood,
    responsibilities,
    /** Whether passes may serve; experts and gate must have them too. */
    hasPasses,
    /** Sums over rows in one pass, where the problem allows it. */
    pass,
    /** The same over each `every`-th block of rows. */
    passOver,
    /** Brings a state to where the constraints and the floor hold, in place. */
    impose(state: State): void {
      if (!isFree) impose(expert, plan, state);
      keepWithin(plan, sdAt, least, state.theta);
    },
    /** The same for a state that rounding has moved from there, or a leap below the floor. */
    admit: (state: State): void => keepWithin(plan, sdAt, least, state.theta),
    objective: (state: State): number => likelihood(joint(state)) + prior(state),
    /** M steps, in place, given responsibilities times row weights (K × n, what more rows there are is left out). */
    maximizeExperts: ({ theta }: State, responsibility: Matrix): void =>
      maximizeExperts()(theta, firstRows(responsibility, theta.rows)),
    maximizeGate: ({ gamma }: State, responsibility: Matrix): void =>
      gate.maximize(gamma, firstRows(responsibility, gamma.rows), priorWeight),
    /** Given responsibilities of the components, then of the known density, if there is one. */
    maximizeShare: (state: State, responsibility: Matrix): void =>
      maximizeShare(target, state, responsibility, weight, priorWeight),
    /** Derivative a row, where rows belong to experts as told. */
    gradientNorm: (state: State, responsibility: Matrix): number =>
      norm()(state, responsibility) / weight.total,
    /** Derivative a row of the objective with allocations summed out. */
    marginalNorm(state: State): number {
      const of = weighColumns(weight, responsibilities(joint(state)));
      const share = shareGradient(target, state, of, weight, priorWeight);
      return Math.max(norm()(state, of), Math.abs(share)) / weight.total;
    },
    ...sdChecks(sdAt, { least, collapsed, sdFloor }),
  };
}

export type EmProblem = ReturnType<typeof emProblem>;

/** What is asked of the sds of a state, which stand at sdAt, none if −1. */
function sdChecks(
  sdAt: number,
  limits: { readonly least: number; readonly collapsed: number; readonly sdFloor: number },
) {
  const { least, collapsed, sdFloor } = limits;
  const sds = ({ theta }: State): number[] =>
    sdAt < 0 ? [] : Array.from({ length: theta.rows }, (_, k) => row(theta, k)[sdAt]!);
  return {
    isBelowLeast: (state: State): boolean => sds(state).some((sd) => sd < least),
    isDegenerate: (state: State): boolean =>
      sds(state).some((sd) => sd < collapsed && !isAtFloor(sd, sdFloor)),
    /** Components whose sd is at the floor. */
    atFloor: (state: State): number[] =>
      sds(state).flatMap((sd, k) => (isAtFloor(sd, sdFloor) ? [k] : [])),
  };
}

/** The E step, component by component, with its scratch. */
function eStep(target: Target, weight: RowWeight) {
  const scratch = lazily(() => mixtureScratch(target));
  return {
    joint: (state: State): Matrix => logJoint(target, state, scratch()),
    likelihood(of: Matrix): number {
      sumOutAllocation(of, scratch());
      return weightedSum(weight, scratch().logDensity);
    },
    /** From the log joint, in place. */
    responsibilities: (of: Matrix): Matrix => toResponsibilities(of, scratch()),
  };
}

/** What a state is told to be at the end: by rows where that gives a number. Writes its z. */
export function describe(problem: EmProblem, state: State) {
  const { theta, z } = state;
  const responsibility = matrix(theta.rows, problem.target.n);
  let logLikelihood = problem.pass()?.describe(state, responsibility) ?? Number.NaN;
  if (!Number.isFinite(logLikelihood)) {
    const of = problem.joint(state);
    logLikelihood = problem.likelihood(of);
    const all = problem.responsibilities(of);
    responsibility.data.set(firstRows(all, theta.rows).data);
    if (state.deviation !== undefined) writeFromKnown(all, state.deviation.fromKnown);
  }
  writeMostProbable(responsibility, z);
  return { state, logLikelihood, responsibility, atFloor: problem.atFloor(state) };
}

/** The free parameters; throws a UsageError where the constraints cannot be. */
function planUnder(
  { expert, deviation }: Target,
  components: number,
  settings: EmSettings,
): ParameterPlan {
  const { constraints, priorWeight = 0, sdFloor = 0, variant = "em" } = settings;
  if (!(sdFloor >= 0 && sdFloor < Number.POSITIVE_INFINITY)) {
    throw new UsageError(`sdFloor must be a finite number ≥ 0; got ${sdFloor}`);
  }
  if (deviation !== undefined && variant !== "em") {
    throw new UsageError(
      `the ${variant} variant of EM is for mixtures without a known density; leave out the variant`,
    );
  }
  const plan = planOf(expert, components, constraints);
  const sdAt = scaleIndexOf(expert.layout);
  const low = plan.held.find((value, at) => at % expert.dimension === sdAt && value < sdFloor);
  if (low !== undefined) {
    throw new UsageError(`no sd may be below sdFloor, ${sdFloor}; got one that is held at ${low}`);
  }
  if (priorWeight > 0 && plan.size < components * expert.dimension) {
    throw new UsageError(
      "constraints need maximum likelihood (priorWeight 0): priors are on experts that are free; " +
        `got priorWeight ${priorWeight}; leave out the constraints or the priors`,
    );
  }
  return plan;
}

/** Rows that the known density, the last row, has more probably made than the mixture. */
function writeFromKnown({ rows, columns: n, data }: Matrix, out: Uint8Array): void {
  for (let i = 0; i < n; i++) out[i] = data[(rows - 1) * n + i]! > 0.5 ? 1 : 0;
}
