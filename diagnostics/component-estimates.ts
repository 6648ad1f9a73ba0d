import type { Support } from "../src/core/distribution.ts";
import type { Target } from "../src/core/target.ts";
import { transformOf } from "../src/core/transform.ts";
import { fastExp } from "../src/math/exp.ts";
import type { Matrix, Vector } from "../src/math/matrix.ts";
import { normalQuantile } from "../src/math/stdlib.ts";

/** A number with its standard error. */
export interface Estimate {
  readonly estimate: number;
  readonly se: number;
}

export type Estimates = Readonly<Record<string, Estimate>>;

/** One component's parameters with their standard errors; plain data. */
export interface ComponentEstimates {
  /** Mean gate probability over rows. */
  readonly weight: Estimate;
  /** Of the expert's terms: of the first block that multiplies the design. */
  readonly coefficients: Estimates;
  /** The other parameters of the expert by name, such as the sd. */
  readonly others: Estimates;
  /** The gate row as reported: less the mean of rows for a symmetric gate. */
  readonly gate: Estimates;
  /** The gate row less that of the last component. */
  readonly gateAgainstLast: Estimates;
}

/** The numbers component by component: weight, theta, gate row; what follows them is left out. */
export function componentEstimates(
  { expert, gate }: Pick<Target, "expert" | "gate">,
  { estimate, covariance }: { readonly estimate: Vector; readonly covariance: Matrix },
): ComponentEstimates[] {
  const stride = 1 + expert.dimension + gate.dimension;
  const K = Math.floor(estimate.length / stride);
  const last = K * stride - gate.dimension;
  const one = (at: number): Estimate => {
    return { estimate: estimate[at]!, se: Math.sqrt(covarianceOf(at, at)) };
  };
  const covarianceOf = (a: number, b: number) => covariance.data[a * estimate.length + b]!;
  const difference = (a: number, b: number): Estimate => {
    const variance = covarianceOf(a, a) + covarianceOf(b, b) - 2 * covarianceOf(a, b);
    return { estimate: estimate[a]! - estimate[b]!, se: Math.sqrt(Math.max(0, variance)) };
  };
  return Array.from({ length: K }, (_, k) => {
    const gateStart = k * stride + 1 + expert.dimension;
    return {
      weight: one(k * stride),
      ...expertEstimates(expert.layout, k * stride + 1, one),
      gate: Object.fromEntries(gate.terms.map((term, j) => [term, one(gateStart + j)])),
      gateAgainstLast: Object.fromEntries(
        gate.terms.map((term, j) => [term, difference(gateStart + j, last + j)]),
      ),
    };
  });
}

function expertEstimates(
  layout: Target["expert"]["layout"],
  start: number,
  one: (at: number) => Estimate,
): Pick<ComponentEstimates, "coefficients" | "others"> {
  const coefficients: Record<string, Estimate> = {};
  const others: Record<string, Estimate> = {};
  const first = layout.find(({ terms }) => terms !== undefined);
  let at = start;
  for (const block of layout) {
    const { name, size, terms } = block;
    for (let j = 0; j < size; j++, at++) {
      const label = terms?.[j] ?? String(j + 1);
      if (block === first) coefficients[label] = one(at);
      else others[size === 1 && terms === undefined ? name : `${name},${label}`] = one(at);
    }
  }
  return { coefficients, others };
}

/**
 * Wald interval, symmetric on the real line onto which the support is mapped: the log of a positive
 * parameter, the log odds of one in the unit interval (weights). NaN where the estimate or its error is.
 */
export function waldInterval(
  { estimate, se }: Estimate,
  support: Support,
  level = 0.95,
): readonly [number, number] {
  const map = transformOf(support);
  const centre = map.toReal(estimate);
  const half = (normalQuantile((1 + level) / 2) * se) / fastExp(map.logJacobian(centre));
  return [map.fromReal(centre - half), map.fromReal(centre + half)];
}
