import type { NormalInverseGammaDeclaration } from "../../src/core/model.ts";
import { cholesky, solveCholesky, solveLowerTransposed } from "../../src/math/cholesky.ts";
import { fastLog } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { gamma } from "../../src/math/random/gamma.ts";
import { normal } from "../../src/math/random/normal.ts";
import { logGamma } from "../../src/math/stdlib.ts";
import { perColumn } from "../per-column.ts";
import type { GaussianPrior, RegressionStatistics } from "./gaussian-prior.ts";

const LOG_2PI = fastLog(2 * Math.PI);

/**
 * β | σ² ~ N(mean, scale · σ² I), σ² ~ inverse-gamma(shape, rate): coefficients and sd are drawn together.
 * Source: [gelman2013] §14.2 with the prior as additional data.
 */
export function conjugatePrior(
  declaration: NormalInverseGammaDeclaration,
  p: number,
): GaussianPrior {
  const { shape, rate } = declaration;
  const mean = perColumn("mean", declaration.mean, p);
  const scale = perColumn("scale", declaration.scale, p);
  const precision = Float64Array.from(scale, (s) => 1 / s);
  const logScale = scale.reduce((total, s) => total + fastLog(s), 0);
  const logInverseGamma = shape * fastLog(rate) - logGamma(shape);
  const factor = new Float64Array(p * p);
  const centre = new Float64Array(p);
  const noise = new Float64Array(p);

  /** Factors gram + priorWeight · precision; centre becomes the maximizing coefficients. */
  function solve({ gram, cross }: RegressionStatistics, priorWeight: number): boolean {
    factor.set(gram);
    for (let j = 0; j < p; j++) {
      factor[j * p + j] = factor[j * p + j]! + priorWeight * precision[j]!;
      centre[j] = cross[j]! + priorWeight * precision[j]! * mean[j]!;
    }
    if (!cholesky(factor, p)) return false;
    solveCholesky(factor, p, centre);
    return true;
  }

  /** (β − mean)' scale⁻¹ (β − mean). */
  function distance(coefficients: Vector): number {
    let total = 0;
    for (let j = 0; j < p; j++) total += precision[j]! * (coefficients[j]! - mean[j]!) ** 2;
    return total;
  }

  /** Twice the rate of the inverse gamma that the statistics leave, less the prior's; after `solve`. */
  function quadratic(statistics: RegressionStatistics): number {
    return statistics.residualSquares(centre) + distance(centre);
  }

  return {
    updates: [{ block: "coef, sd", method: "conjugate draw (normal–inverse-gamma)" }],

    logPrior(theta) {
      const sd = theta[p]!;
      if (!(sd > 0)) return Number.NEGATIVE_INFINITY;
      const logSd = fastLog(sd);
      const variance = sd * sd;
      const coefficients = -0.5 * (p * LOG_2PI + logScale + distance(theta) / variance) - p * logSd;
      const inverseGamma = logInverseGamma - 2 * (shape + 1) * logSd - rate / variance;
      return coefficients + inverseGamma + Math.LN2 + logSd;
    },

    samplePrior(rng, theta) {
      const sd = Math.sqrt(rate / gamma(rng, shape));
      for (let j = 0; j < p; j++) theta[j] = mean[j]! + sd * Math.sqrt(scale[j]!) * normal(rng);
      theta[p] = sd;
    },

    update(rng, theta, statistics) {
      solve(statistics, 1);
      const halfSquares = 0.5 * quadratic(statistics);
      const sd = Math.sqrt((rate + halfSquares) / gamma(rng, shape + 0.5 * statistics.weight));
      for (let j = 0; j < p; j++) noise[j] = sd * normal(rng);
      solveLowerTransposed(factor, p, noise);
      for (let j = 0; j < p; j++) theta[j] = centre[j]! + noise[j]!;
      theta[p] = sd;
    },

    maximize(theta, statistics, priorWeight) {
      if (!solve(statistics, priorWeight)) return;
      const pulled = priorWeight * (distance(centre) + 2 * rate);
      const weight = statistics.weight + priorWeight * (p + 2 * shape + 1);
      if (!(weight > 0)) return;
      theta.set(centre);
      theta[p] = Math.sqrt((statistics.residualSquares(centre) + pulled) / weight);
    },

    // [gelman2013] §14.2: the density of y over its conditional constants.
    logMarginal(statistics) {
      if (!solve(statistics, 1)) return Number.NaN;
      let logDeterminant = logScale;
      for (let j = 0; j < p; j++) logDeterminant += 2 * fastLog(factor[j * p + j]!);
      const half = 0.5 * statistics.weight;
      return (
        logInverseGamma +
        logGamma(shape + half) -
        (shape + half) * fastLog(rate + 0.5 * quadratic(statistics)) -
        half * LOG_2PI -
        0.5 * logDeterminant
      );
    },
  };
}
