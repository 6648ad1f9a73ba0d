import type { ComponentEstimates, Estimate } from "../../diagnostics/component-estimates.ts";
import type { NoStandardErrors, StandardErrors } from "../../diagnostics/standard-errors.ts";
import type { Target } from "../core/target.ts";
import { type Matrix, matrix, row } from "../math/matrix.ts";
import { mean } from "../math/moments.ts";
import type { FittedComponent, MaybeEstimate, MaybeEstimates } from "../report/maximum-input.ts";
import type { ComponentIntervals, Interval } from "./component-intervals.ts";

/** The order of components by falling weight; gamma on any scale, K × q. */
export function byWeight({ gate, n }: Target, gamma: Matrix): number[] {
  const logProbability = matrix(gamma.rows, n);
  gate.logProbability(gamma, logProbability);
  const weights = Array.from({ length: gamma.rows }, (_, k) =>
    mean(row(logProbability, k).map(Math.exp)),
  );
  return [...weights.keys()].sort((a, b) => weights[b]! - weights[a]!);
}

/** Components as a page and JSON show them; errors and ends of intervals that are not finite are null. */
export function fittedComponents(
  components: readonly ComponentEstimates[],
  intervals?: readonly ComponentIntervals[],
): FittedComponent[] {
  return components.map(({ weight, coefficients, others, gate, gateAgainstLast }, k) => {
    const of = intervals?.[k];
    const { estimate, se, interval } = shown(weight, of?.weight);
    const { sd, ...rest } = allShown(others, of?.others);
    return {
      weight: estimate,
      weightSe: se,
      weightInterval: interval,
      coefficients: allShown(coefficients, of?.coefficients),
      ...(sd === undefined ? {} : { sd }),
      ...(Object.keys(rest).length === 0 ? {} : { others: rest }),
      gate: allShown(gate, of?.gate),
      gateAgainstLast: allShown(gateAgainstLast, of?.gateAgainstLast),
    };
  });
}

const finite = (x: number): number | null => (Number.isFinite(x) ? x : null);

function shown({ estimate, se }: Estimate, interval?: Interval): MaybeEstimate {
  if (interval === undefined) return { estimate, se: null, interval: [null, null] };
  return { estimate, se: finite(se), interval: [finite(interval[0]), finite(interval[1])] };
}

function allShown(
  numbers: ComponentEstimates["coefficients"],
  intervals?: Readonly<Record<string, Interval>>,
): MaybeEstimates {
  return Object.fromEntries(
    Object.entries(numbers).map(([name, number]) => [name, shown(number, intervals?.[name])]),
  );
}

/** Whether these are standard errors, or why there are none. */
export const hasErrors = (errors: StandardErrors | NoStandardErrors): errors is StandardErrors =>
  "covariance" in errors;
