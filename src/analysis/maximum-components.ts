import type { ComponentEstimates } from "../../diagnostics/component-estimates.ts";
import type { NoStandardErrors, StandardErrors } from "../../diagnostics/standard-errors.ts";
import type { Target } from "../core/target.ts";
import { type Matrix, matrix, row } from "../math/matrix.ts";
import { mean } from "../math/moments.ts";
import type { FittedComponent, MaybeEstimate, MaybeEstimates } from "../report/maximum-input.ts";

/** The order of components by falling weight; gamma on any scale, K × q. */
export function byWeight({ gate, n }: Target, gamma: Matrix): number[] {
  const logProbability = matrix(gamma.rows, n);
  gate.logProbability(gamma, logProbability);
  const weights = Array.from({ length: gamma.rows }, (_, k) =>
    mean(row(logProbability, k).map(Math.exp)),
  );
  return [...weights.keys()].sort((a, b) => weights[b]! - weights[a]!);
}

/** Components as a page and JSON show them; errors that are not finite are null. */
export function fittedComponents(
  components: readonly ComponentEstimates[],
  hasErrors: boolean,
): FittedComponent[] {
  const shown = ({ estimate, se }: { estimate: number; se: number }): MaybeEstimate => ({
    estimate,
    se: hasErrors && Number.isFinite(se) ? se : null,
  });
  const all = (numbers: ComponentEstimates["coefficients"]): MaybeEstimates =>
    Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, shown(number)]));
  return components.map(({ weight, coefficients, others, gate, gateAgainstLast }) => {
    const { sd, ...rest } = all(others);
    return {
      weight: weight.estimate,
      weightSe: shown(weight).se,
      coefficients: all(coefficients),
      ...(sd === undefined ? {} : { sd }),
      ...(Object.keys(rest).length === 0 ? {} : { others: rest }),
      gate: all(gate),
      gateAgainstLast: all(gateAgainstLast),
    };
  });
}

/** Whether these are standard errors, or why there are none. */
export const hasErrors = (errors: StandardErrors | NoStandardErrors): errors is StandardErrors =>
  "covariance" in errors;
