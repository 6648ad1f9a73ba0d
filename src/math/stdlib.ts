/**
 * The one place where @stdlib is met: special functions, distributions and variates that are off the hot path.
 * Own types, so that none of @stdlib's reach our declarations; the build bundles what is imported here, and has functions
 * whose names end in `Of` loaded by their first calls.
 */
import erfcxOf from "@stdlib/math/base/special/erfcx";
import gammaincOf from "@stdlib/math/base/special/gammainc";
import gammalnOf from "@stdlib/math/base/special/gammaln";
import exponentialVariate from "@stdlib/random/base/exponential";
import betaCdfOf from "@stdlib/stats/base/dists/beta/cdf";
import betaQuantileOf from "@stdlib/stats/base/dists/beta/quantile";
import gammaCdfOf from "@stdlib/stats/base/dists/gamma/cdf";
import normalCdfOf from "@stdlib/stats/base/dists/normal/cdf";
import normalQuantileOf from "@stdlib/stats/base/dists/normal/quantile";
import studentCdfOf from "@stdlib/stats/base/dists/t/cdf";
import { type Rng, uniform } from "./rng.ts";

/** log Γ(x), x > 0. */
export const logGamma = (x: number): number => gammalnOf(x);

/** exp(x²) erfc(x): the scaled complementary error function. */
export const erfcx = (x: number): number => erfcxOf(x);

/** P(X ≤ x) for X ~ N(0, 1). */
export const normalCdf = (x: number): number => normalCdfOf(x, 0, 1);

/** The p-quantile of N(0, 1); accurate to 1e-11 for 1e-8 < p < 1 − 1e-8. */
export const normalQuantile = (p: number): number => normalQuantileOf(p, 0, 1);

/** P(X ≤ x) for X ~ Beta(a, b). */
export const betaCdf = (x: number, a: number, b: number): number => betaCdfOf(x, a, b);

/** The p-quantile of Beta(a, b). */
export const betaQuantile = (p: number, a: number, b: number): number => betaQuantileOf(p, a, b);

/** P(X ≤ x) for X ~ Gamma(shape, rate). */
export const gammaCdf = (x: number, shape: number, rate: number): number =>
  gammaCdfOf(x, shape, rate);

/** P(X > x) for X ~ χ² with `df` degrees of freedom; also far in the tail. */
export const chiSquaredUpper = (x: number, df: number): number =>
  gammaincOf(x / 2, df / 2, true, true);

/** P(X ≤ x) for X ~ Student-t with `df` degrees of freedom. */
export const studentCdf = (x: number, df: number): number => studentCdfOf(x, df);

/** The stream of the call that is under way: @stdlib's generator takes its uniforms from it. */
let source: Rng;
const drawExponential = exponentialVariate.factory({ prng: () => uniform(source) });

/**
 * A draw from the exponential distribution with this rate. Of @stdlib's variates only those made from uniforms alone
 * may be used: the others keep a generator of normals with a state of its own, which no checkpoint would hold.
 */
export function sampleExponential(rng: Rng, rate: number): number {
  source = rng;
  return drawExponential(rate);
}
