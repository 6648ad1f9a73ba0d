import {
  type ComponentEstimates,
  componentEstimates,
  waldInterval,
} from "../../diagnostics/component-estimates.ts";
import type { Equations } from "../../diagnostics/constrained-information.ts";
import { type GateContrast, profileIntervals } from "../../diagnostics/profile-interval.ts";
import { type CovarianceKind, standardErrors } from "../../diagnostics/standard-errors.ts";
import { planOf } from "../../samplers/em/constraints.ts";
import { isAtFloor } from "../../samplers/em/parameter-plan.ts";
import { scaleIndexOf } from "../../samplers/em/scale-index.ts";
import { UsageError } from "../core/errors.ts";
import type { State, Target } from "../core/target.ts";
import { componentNames } from "../core/variables.ts";
import { matrix } from "../math/matrix.ts";
import type { FittedComponent } from "../report/maximum-input.ts";
import type { BootstrapFailures, BootstrapKind } from "../run/bootstrap-task.ts";
import type { ClimbSettings } from "../run/climb-task.ts";
import { reportedAt } from "../run/reported.ts";
import {
  type ComponentIntervals,
  type Interval,
  intervalsOf,
  waldIntervals,
} from "./component-intervals.ts";
import type { Fitted } from "./fitted.ts";
import { fittedComponents, hasErrors } from "./maximum-components.ts";

/** Standard errors of a maximum. "profile": those of the information, with profile likelihood intervals. */
export type ErrorKind = CovarianceKind | BootstrapKind | "profile";

/** Which errors and intervals the estimates have. */
export interface SummaryErrors {
  readonly kind: ErrorKind;
  /** Of the intervals. */
  readonly level: number;
  /** Why there are none. */
  readonly missing?: string;
  /** Of a bootstrap. */
  readonly replicates?: number;
  readonly failures?: BootstrapFailures;
}

export interface WithErrors {
  readonly components: FittedComponent[];
  readonly errors: SummaryErrors;
  /** Of the mixture beside a known density. */
  readonly share?: ShareEstimate;
}

/** λ with its error and interval, null where there is none. */
export interface ShareEstimate {
  readonly lambda: number;
  readonly lambdaSe: number | null;
  readonly lambdaInterval: readonly [number | null, number | null];
}

/** λ as it is shown, where there is one. */
export function shareOf(
  { deviation }: State,
  se: number,
  [low, high]: readonly [number, number],
): Pick<WithErrors, "share"> {
  if (deviation === undefined) return {};
  const shown = (x: number): number | null => (Number.isFinite(x) ? x : null);
  const lambdaInterval = [shown(low), shown(high)] as const;
  return { share: { lambda: deviation.lambda[0]!, lambdaSe: shown(se), lambdaInterval } };
}

const NONE = [Number.NaN, Number.NaN] as const;

export const LEVEL = 0.95;

/** The components with errors from derivatives of the likelihood and Wald intervals, or without and why. */
export function covarianceErrors(
  compiled: Fitted["compiled"],
  state: State,
  settings: ClimbSettings,
  kind: CovarianceKind = "observed",
  level = LEVEL,
): WithErrors {
  const { target } = compiled;
  return fromCovariance(compiled, state, settings, { kind, level }, (components) =>
    waldIntervals(target, components, level),
  );
}

/** The same with profile likelihood intervals. Throws a UsageError where what was maximized is not the plain likelihood. */
export function profileErrors(
  compiled: Fitted["compiled"],
  state: State,
  settings: ClimbSettings,
  level = LEVEL,
): WithErrors {
  const { priorWeight, constraints, sdFloor, variant } = settings;
  if (state.deviation !== undefined) {
    throw new UsageError(
      "profile intervals are for mixtures without a known density; take observed, sandwich, parametric or weighted errors",
    );
  }
  if (priorWeight > 0 || constraints !== undefined || sdFloor !== undefined || variant !== "em") {
    throw new UsageError(
      "profile intervals must be of a maximum of the plain likelihood; found penalties, constraints or another " +
        "variant of EM; take observed, sandwich, parametric or weighted errors",
    );
  }
  return fromCovariance(compiled, state, settings, { kind: "profile", level }, () =>
    profiles(compiled, state, level),
  );
}

function fromCovariance(
  compiled: Fitted["compiled"],
  state: State,
  settings: ClimbSettings,
  { kind, level }: { readonly kind: CovarianceKind | "profile"; readonly level: number },
  intervals: (components: readonly ComponentEstimates[]) => ComponentIntervals[],
): WithErrors {
  const { target, report } = compiled;
  const from = kind === "profile" ? "observed" : kind;
  const { priorWeight } = settings;
  const equations = equationsOf(target, state, settings);
  const found = standardErrors(target, state, {
    kind: from,
    priorWeight,
    report,
    ...(equations === undefined ? {} : { equations }),
  });
  if (hasErrors(found)) {
    const components = fittedComponents(found.components, intervals(found.components));
    const { estimate, covariance } = found;
    const se = Math.sqrt(covariance.data.at(-1)!);
    const interval = waldInterval({ estimate: estimate.at(-1)!, se }, "unit", level);
    return { components, errors: { kind, level }, ...shareOf(state, se, interval) };
  }
  const estimate = reportedAt(compiled, state);
  const covariance = matrix(estimate.length, estimate.length);
  return {
    components: fittedComponents(componentEstimates(target, { estimate, covariance })),
    errors: { kind, level, missing: found.message },
    ...shareOf(state, Number.NaN, NONE),
  };
}

function profiles(
  { target, report }: Fitted["compiled"],
  state: State,
  level: number,
): ComponentIntervals[] {
  const K = state.theta.rows;
  const names = Array.from({ length: K }, (_, k) => componentNames(target, k + 1));
  const contrasts = Array.from({ length: K - 1 }, (_, k) =>
    target.gate.terms.map((term): GateContrast => ({ term, component: k + 1, against: K })),
  ).flat();
  const parameters = [...names.flat(), ...contrasts];
  const found = profileIntervals(target, state, parameters, { level, report }).map(
    ({ lower, upper }): Interval => [lower.value, upper.value],
  );
  const own = found.slice(0, names.flat().length);
  const ofLast = target.gate.terms.map((): Interval => [0, 0]);
  const against = [...found.slice(own.length), ...ofLast];
  const q = target.gate.dimension;
  const inPlace = names.flatMap((of, k) => [
    ...of.slice(q).map((): Interval => [Number.NaN, Number.NaN]),
    ...against.slice(k * q, (k + 1) * q),
  ]);
  return intervalsOf(target, own, inPlace);
}

/** Which coordinates the constraints and the floor of the sd leave free; undefined where all are. */
function equationsOf(
  { expert }: Target,
  { theta, gamma }: State,
  { constraints, sdFloor = 0 }: ClimbSettings,
): Equations | undefined {
  if (constraints === undefined && sdFloor === 0) return undefined;
  const K = theta.rows;
  const plan = planOf(expert, K, constraints);
  const sdAt = scaleIndexOf(expert.layout);
  const held = Array.from(plan.slot, (slot, at) =>
    at % expert.dimension === sdAt && isAtFloor(theta.data[at]!, sdFloor) ? -1 : slot,
  );
  // Numbered anew, as a slot may have lost all its coordinates to the floor.
  const used = [...new Set(held.filter((slot) => slot >= 0))].sort((a, b) => a - b);
  const ofTheta = held.map((slot) => used.indexOf(slot));
  const ofGamma = Array.from({ length: (K - 1) * gamma.columns }, (_, j) => used.length + j);
  return { slot: [...ofTheta, ...ofGamma], size: used.length + ofGamma.length };
}
