import type { ComponentEstimates } from "../../diagnostics/component-estimates.ts";
import type { NoStandardErrors, StandardErrors } from "../../diagnostics/standard-errors.ts";
import type { Target } from "../core/target.ts";
import { type Matrix, matrix, row } from "../math/matrix.ts";
import { mean } from "../math/moments.ts";

/** A number with its standard error, null where there is none. */
export interface MaybeEstimate {
  readonly estimate: number;
  readonly se: number | null;
}

type Numbers = Readonly<Record<string, MaybeEstimate>>;

/** One component on the scale of the data. Parameters of the expert that are no coefficients stand by their name. */
export interface FittedComponent {
  /** Mean over rows of its gate probability. */
  readonly weight: number;
  readonly weightSe: number | null;
  readonly coefficients: Numbers;
  /** Absent in families without an sd. */
  readonly sd?: MaybeEstimate;
  /** Other parameters of the expert. */
  readonly others?: Numbers;
  /** Less the mean over components, unless the last one is the baseline. */
  readonly gate: Numbers;
  /** Less the gate row of the last component. */
  readonly gateAgainstLast: Numbers;
}

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
  const all = (numbers: ComponentEstimates["coefficients"]): Numbers =>
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
