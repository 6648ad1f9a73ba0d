import type { ExpertApproximation } from "../../src/core/expert.ts";
import type { IndependentDeclaration } from "../../src/core/model.ts";
import { cholesky } from "../../src/math/cholesky.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { mean, standardDeviation } from "../../src/math/moments.ts";
import { multivariateT } from "../../src/math/random/elliptical.ts";
import { createRng } from "../../src/math/rng.ts";
import { priorOnCoefficients } from "./coefficient-prior.ts";
import type { GaussianPrior, RegressionStatistics } from "./gaussian-prior.ts";

/** Degrees of freedom: heavier tails than those of coefficients and log sd under the priors people use. */
const DF = 6;
const PRIOR_DRAWS = 1000;
const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);

/**
 * A multivariate t of coefficients and log sd around the mode of their posterior, with the likelihood's curvature there
 * and precisions as wide as the priors: what is drawn anew where priors are independent and nothing can be integrated
 * out. Source: [tierney1994] §2.3.2.
 */
export function jointApproximation(
  declaration: IndependentDeclaration,
  p: number,
  prior: Pick<GaussianPrior, "logPrior" | "samplePrior" | "maximize">,
): (statistics: RegressionStatistics) => ExpertApproximation {
  const d = p + 1;
  const { mean: centre, precision } = priorOnCoefficients(declaration, p);
  const logSd = priorOfLogSd(prior, p);
  const t = multivariateT(d, DF);
  const mode = new Float64Array(d);
  const factor = new Float64Array(d * d);
  const point = new Float64Array(d);

  /** Leaves mode and factor; the search begins at the priors' middle, whatever the current parameters are. */
  function findMode(statistics: RegressionStatistics): void {
    mode.set(centre);
    const around = Math.sqrt(statistics.residualSquares(mode) / statistics.weight);
    mode[p] = around > 0 ? around : fastExp(logSd.mean);
    prior.maximize(mode, statistics, 1);
    if (!(mode[p]! > 0)) mode[p] = fastExp(logSd.mean);
    curvature(statistics);
    mode[p] = fastLog(mode[p]!);
  }

  function curvature(statistics: RegressionStatistics): void {
    const { gram, cross } = statistics;
    const perVariance = 1 / mode[p]! ** 2;
    factor.fill(0);
    for (let i = 0; i < p; i++) {
      let score = cross[i]!;
      for (let j = 0; j < p; j++) {
        factor[i * d + j] = perVariance * gram[i * p + j]!;
        score -= gram[i * p + j]! * mode[j]!;
      }
      factor[i * d + i] = factor[i * d + i]! + precision[i]!;
      factor[p * d + i] = 2 * perVariance * score;
    }
    factor[p * d + p] = 2 * perVariance * statistics.residualSquares(mode) + logSd.precision;
    if (cholesky(factor, d)) return;
    // Far from a mode the cross terms can outweigh the rest; without them it is positive definite.
    factor.fill(0);
    for (let i = 0; i < p; i++) {
      factor[i * d + i] = Math.sqrt(perVariance * gram[i * p + i]! + precision[i]!);
    }
    factor[p * d + p] = Math.sqrt(logSd.precision);
  }

  /** log p(theta) + log-likelihood, as a density of coefficients and log sd. */
  function logJoint(theta: Vector, statistics: RegressionStatistics): number {
    const sd = theta[p]!;
    const squares = statistics.residualSquares(theta);
    const likelihood =
      -statistics.weight * (fastLog(sd) + HALF_LOG_2PI) - (0.5 * squares) / (sd * sd);
    return prior.logPrior(theta) + fastLog(sd) + likelihood;
  }

  return (statistics) => {
    if (statistics.weight === 0) return drawnFromPrior(prior);
    findMode(statistics);
    return {
      draw(rng, theta) {
        const logDensity = t.draw(rng, mode, factor, theta);
        theta[p] = fastExp(theta[p]!);
        return logJoint(theta, statistics) - logDensity;
      },
      logWeight(theta) {
        point.set(theta);
        point[p] = fastLog(theta[p]!);
        return logJoint(theta, statistics) - t.logDensity(mode, factor, point);
      },
    };
  };
}

function drawnFromPrior({ samplePrior }: Pick<GaussianPrior, "samplePrior">): ExpertApproximation {
  return {
    draw(rng, theta) {
      samplePrior(rng, theta);
      return 0;
    },
    logWeight: () => 0,
  };
}

/** Middle and precision of log sd a priori, from draws that belong to the prior alone. */
function priorOfLogSd({ samplePrior }: Pick<GaussianPrior, "samplePrior">, p: number) {
  const rng = createRng(1);
  const theta = new Float64Array(p + 1);
  const draws = Float64Array.from({ length: PRIOR_DRAWS }, () => {
    samplePrior(rng, theta);
    return fastLog(theta[p]!);
  }).filter(Number.isFinite);
  return { mean: mean(draws), precision: 1 / Math.max(1e-12, standardDeviation(draws) ** 2) };
}
