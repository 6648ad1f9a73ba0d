import type { Observations } from "../../src/core/data.ts";
import type { Expert } from "../../src/core/expert.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { logistic } from "../../src/math/log-sum-exp.ts";
import { logNegativeBinomial, negativeBinomialCdf } from "../../src/math/negative-binomial.ts";
import { logGammaVariate } from "../../src/math/random/gamma.ts";
import { poisson } from "../../src/math/random/poisson.ts";
import { risingSlope } from "../../src/math/rising.ts";
import { logLinearMeans } from "./linear-predictor.ts";
import { logisticGap } from "./negative-binomial-likelihood.ts";

/** Beyond these sizes the distribution changes no more in double precision, and its formulas would overflow. */
const SMALLEST = 1e-300;
const LARGEST = 1e100;

/** The nearest size that is neither too small nor too large. */
export const boundedSize = (size: number): number => Math.min(Math.max(size, SMALLEST), LARGEST);

/** Everything about y given theta = (coef, size). */
export type RowDistribution = Required<
  Pick<Expert, "logDensity" | "mean" | "variance" | "cumulative" | "simulate" | "score">
>;

/** The distribution of each row; `logFactorial` gives log y[i]! of the present response. Source: [lawless1987]. */
export function negativeBinomialRows(
  observations: Observations,
  logFactorial: (i: number) => number,
): RowDistribution {
  const { n, y, design } = observations;
  const p = design.X.columns;
  const fitted = new Float64Array(n);

  const { logMean, mean } = logLinearMeans(observations);

  return {
    mean,

    variance(theta, out) {
      mean(theta, out);
      for (let i = 0; i < n; i++) out[i] = out[i]! + out[i]! * (out[i]! / boundedSize(theta[p]!));
    },

    logDensity(theta, out) {
      logMean(theta, out);
      const size = boundedSize(theta[p]!);
      for (let i = 0; i < n; i++) {
        const log = logFactorial(i);
        out[i] = Number.isFinite(log) ? logNegativeBinomial(y[i]!, out[i]!, size, log) : -log;
      }
    },

    cumulative(theta, out) {
      logMean(theta, out);
      const size = boundedSize(theta[p]!);
      for (let i = 0; i < n; i++) out[i] = negativeBinomialCdf(y[i]!, out[i]!, size);
    },

    simulate(rng, theta, rows, into) {
      logMean(theta, fitted);
      const size = boundedSize(theta[p]!);
      const log = fastLog(size);
      for (const i of rows) {
        into[i] = poisson(rng, fastExp(logGammaVariate(rng, size) + fitted[i]! - log));
      }
    },

    score(theta, { data: out }) {
      logMean(theta, fitted);
      const size = boundedSize(theta[p]!);
      const log = fastLog(size);
      for (let i = 0, at = 0, from = 0; i < n; i++) {
        const odds = fitted[i]! - log;
        const q = logistic(odds);
        const residual = y[i]! - (y[i]! + size) * q;
        for (let j = 0; j < p; j++) out[at++] = residual * design.X.data[from++]!;
        out[at++] = y[i]! * q + size * logisticGap(odds) - risingSlope(size, y[i]!);
      }
    },
  };
}
