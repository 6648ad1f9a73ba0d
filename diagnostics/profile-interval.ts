import { UsageError } from "../src/core/errors.ts";
import type { State, Target } from "../src/core/target.ts";
import { componentNames } from "../src/core/variables.ts";
import { normalQuantile } from "../src/math/stdlib.ts";
import { dot, NO_ERRORS, type NoErrorsReason } from "./information-solver.ts";
import { type AroundMaximum, aroundMaximum } from "./profile/around-maximum.ts";
import { constrainedMaximizer, type MaximizeAt } from "./profile/constrained-maximum.ts";
import { type EndReason, findEnd } from "./profile/find-end.ts";
import {
  type ProfileParameter,
  type ReportedFunction,
  reportedFunctions,
} from "./profile/reported-function.ts";
import { type ReportParameters, reportCentred } from "./reported-parameters.ts";

export type { GateContrast, ProfileParameter } from "./profile/reported-function.ts";

/** Why an end of a profile interval is infinite, a bound, or not known. */
export type ProfileReason = NoErrorsReason | EndReason | "fixed";

const MESSAGES: Readonly<Record<ProfileReason, string>> = {
  ...NO_ERRORS,
  fixed: "the parameter is fixed by the model: it has no other value",
  unbounded:
    "the profile levels off before it has fallen far enough: no value on this side is ruled out",
  "not-unimodal":
    "the profile rises again before it has fallen far enough: another maximum is near, such as one with other labels",
  "higher-likelihood": "the likelihood is higher elsewhere: the estimate is not its maximum",
  "no-convergence": "the maximum given the parameter could not be followed that far",
};

/** One end: a number, or NaN, or infinite (0 or 1 for bounded parameters); with a reason if it is no crossing. */
export interface ProfileEnd {
  readonly value: number;
  readonly reason?: ProfileReason;
  readonly message?: string;
}

/** Plain data; `estimate` is NaN where the state is no maximum. */
export interface ProfileInterval {
  readonly name: string;
  readonly level: number;
  readonly estimate: number;
  readonly lower: ProfileEnd;
  readonly upper: ProfileEnd;
}

export interface ProfileOptions {
  /** Default 0.95. */
  readonly level?: number;
  /** Affine: such as `Compiled.report`, for parameters on the scale of the data. */
  readonly report?: ReportParameters;
}

/**
 * The values of a reported parameter whose profile log-likelihood (the others maximized over) is
 * within half the χ²₁ quantile of the maximum near `state`: those that are reached from it without
 * leaving them. Ends are exact to 1e-7 of the distance in standard errors. Source: [venzon1988].
 */
export function profileInterval(
  target: Target,
  state: State,
  parameter: ProfileParameter,
  options: ProfileOptions = {},
): ProfileInterval {
  return profileIntervals(target, state, [parameter], options)[0]!;
}

/** Profile intervals of several parameters, or of all reported ones, with shared scratch. */
export function profileIntervals(
  target: Target,
  state: State,
  parameters: readonly ProfileParameter[] = allNames(target, state),
  { level = 0.95, report = reportCentred(target) }: ProfileOptions = {},
): ProfileInterval[] {
  if (!(level > 0 && level < 1)) {
    throw new UsageError(`the level must be between 0 and 1; got ${level}`);
  }
  const around = aroundMaximum(target, state);
  if (typeof around === "string") {
    const nothing = withReason(Number.NaN, around);
    return parameters.map((parameter) => {
      const name = typeof parameter === "string" ? parameter : JSON.stringify(parameter);
      return { name, level, estimate: Number.NaN, lower: nothing, upper: nothing };
    });
  }
  const functionOf = reportedFunctions(target, around.free, report, around.steps);
  const maximize = constrainedMaximizer(around);
  return parameters.map((parameter) => intervalOf(functionOf(parameter), around, maximize, level));
}

function allNames(target: Target, { theta }: State): string[] {
  return Array.from({ length: theta.rows }, (_, k) => componentNames(target, k + 1)).flat();
}

function intervalOf(
  f: ReportedFunction,
  around: AroundMaximum,
  maximize: MaximizeAt,
  level: number,
): ProfileInterval {
  const { free, height, scale, solve } = around;
  const { name, map } = f;
  const point = free.point.slice();
  const t = f.value(point);
  const estimate = map.fromReal(t);
  const normal = new Float64Array(free.size);
  f.gradient(point, normal);
  if (normal.every((slope) => slope === 0)) {
    const fixed = withReason(estimate, "fixed");
    return { name, level, estimate, lower: fixed, upper: fixed };
  }
  const tangent = normal.slice();
  solve(tangent);
  const variance = dot(normal, tangent);
  tangent.forEach((by, j) => {
    tangent[j] = by / variance;
  });
  const profile = {
    origin: { t, point, height, slope: 0, tangent },
    maximize: (at: number, start: Float64Array) => maximize(f, at, start),
    scale,
    se: Math.sqrt(variance),
  };
  const end = (direction: 1 | -1): ProfileEnd => {
    const found = findEnd(profile, direction, normalQuantile((1 + level) / 2));
    if (typeof found === "string") return withReason(Number.NaN, found);
    const value = map.fromReal(found);
    return Number.isFinite(found) ? { value } : withReason(value, "unbounded");
  };
  return { name, level, estimate, lower: end(-1), upper: end(1) };
}

function withReason(value: number, reason: ProfileReason): ProfileEnd {
  return { value, reason, message: MESSAGES[reason] };
}
