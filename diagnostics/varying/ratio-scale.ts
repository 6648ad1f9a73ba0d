import { applyRule, gaussLegendre } from "../../src/math/quadrature.ts";

const kernel = (t: number): number => (Math.abs(t) < 1 ? 0.75 * (1 - t * t) : 0);
/** Exact: what is integrated is polynomial between 0, 1 and 2, of degree 10 at most. */
const RULE = gaussLegendre(8);

/** (K ∗ K)(t), K the Epanechnikov kernel. */
export function convolvedKernel(t: number): number {
  const at = Math.abs(t);
  return at >= 2 ? 0 : applyRule(RULE, (s) => kernel(s) * kernel(at - s), at - 1, 1);
}

/** What makes a generalized likelihood ratio λ a χ²: r_K λ has p r_K c_K |U| / h degrees of freedom. */
export interface RatioScale {
  /** r_K. */
  readonly scale: number;
  /** c_K. */
  readonly perWindow: number;
}

/** Of the Epanechnikov kernel: c_K = K(0) − ½∫K², r_K = c_K / ∫(K − ½ K∗K)². Source: [fan2001]. */
export function ratioScale(): RatioScale {
  const square = applyRule(RULE, (t) => kernel(t) ** 2, -1, 1);
  const perWindow = kernel(0) - square / 2;
  const excess = (t: number): number => (kernel(t) - convolvedKernel(t) / 2) ** 2;
  const spread = 2 * (applyRule(RULE, excess, 0, 1) + applyRule(RULE, excess, 1, 2));
  return { scale: perWindow / spread, perWindow };
}
