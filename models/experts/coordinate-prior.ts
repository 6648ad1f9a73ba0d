import type { Distribution } from "../../src/core/distribution.ts";
import type { Vector } from "../../src/math/matrix.ts";
import type { CoefficientPrior } from "./coefficient-prior.ts";

/** Of differences, in widths: their errors, of the fourth order and of rounding, are below 1e-8 of the derivatives. */
const STEP = 0.01;

/** The prior of one parameter as a function of a coordinate without bounds. */
export interface Coordinate {
  /** Log prior density of the parameter at the coordinate, exactly. */
  logDensity(x: number): number;
  /** Log of the parameter's derivative by the coordinate. */
  logJacobian(x: number): number;
  /** Whether `height` is exact: −Infinity nowhere, and smooth. */
  readonly isSmooth: boolean;
  /** weight · log density + jacobian · log Jacobian, or a normal stand-in for it, up to a constant. */
  height(x: number, weight: number, jacobian: 0 | 1): number;
  /** First and second derivative of the height. */
  slopes(x: number, weight: number, jacobian: 0 | 1, out: Vector): void;
  /** Middle and precision in the coordinate; of a normal prior its own. */
  readonly mean: number;
  readonly precision: number;
  /** A step that is neither tiny nor huge beside the prior. */
  readonly width: number;
  /** Where a search may go. */
  readonly lower: number;
  readonly upper: number;
}

/** The coefficients of a design, one coordinate each. */
export function coefficientCoordinates(prior: CoefficientPrior): Coordinate[] {
  return prior.priors.map((one: Distribution, j) => {
    const mean = prior.mean[j]!;
    const precision = prior.precision[j]!;
    return {
      ...normalHeight(mean, precision),
      logDensity: one.logDensity,
      logJacobian: () => 0,
      isSmooth: one.declaration.kind === "normal",
      mean,
      precision,
      width: prior.widths[j]!,
      lower: Number.NEGATIVE_INFINITY,
      upper: Number.POSITIVE_INFINITY,
    };
  });
}

/** Height and slopes of a normal density. */
export function normalHeight(
  mean: number,
  precision: number,
): Pick<Coordinate, "height" | "slopes"> {
  return {
    height: (x, weight) => -0.5 * weight * precision * (x - mean) ** 2,
    slopes(x, weight, _, out) {
      out[0] = weight * precision * (mean - x);
      out[1] = -weight * precision;
    },
  };
}

/** The density itself, with derivatives by differences; these are 0 near an end of the support. */
export function exactHeight({
  logDensity,
  logJacobian,
  width,
}: Pick<Coordinate, "logDensity" | "logJacobian" | "width">): Pick<
  Coordinate,
  "height" | "slopes"
> {
  const h = STEP * width;
  const height = (x: number, weight: number, jacobian: 0 | 1): number =>
    (weight === 0 ? 0 : weight * logDensity(x)) + (jacobian === 0 ? 0 : logJacobian(x));
  return {
    height,
    slopes(x, weight, jacobian, out) {
      const at = (steps: number): number => height(x + steps * h, weight, jacobian);
      const odd = 8 * (at(1) - at(-1)) - (at(2) - at(-2));
      const even = 16 * (at(1) + at(-1)) - (at(2) + at(-2)) - 30 * at(0);
      const isInside = Number.isFinite(odd) && Number.isFinite(even);
      out[0] = isInside ? odd / (12 * h) : 0;
      out[1] = isInside ? even / (12 * h * h) : 0;
    },
  };
}
