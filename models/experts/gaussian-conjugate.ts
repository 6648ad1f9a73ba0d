import type { NormalInverseGammaDeclaration } from "../../src/core/model.ts";
import { cholesky, solveCholesky, solveLowerTransposed } from "../../src/math/cholesky.ts";
import { fastLog } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { gamma } from "../../src/math/random/gamma.ts";
import { normal } from "../../src/math/random/normal.ts";
import type { Rng } from "../../src/math/rng.ts";
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
  const { factor, centre, solve, distance, quadratic } = conjugateRegression(mean, scale);
  const logScale = scale.reduce((total, s) => total + fastLog(s), 0);
  const noise = new Float64Array(p);

  function update(rng: Rng, theta: Vector, statistics: RegressionStatistics): void {
    solve(statistics, 1);
    const halfSquares = 0.5 * quadratic(statistics);
    const sd = Math.sqrt((rate + halfSquares) / gamma(rng, shape + 0.5 * statistics.weight));
    for (let j = 0; j < p; j++) noise[j] = sd * normal(rng);
    solveLowerTransposed(factor, p, noise);
    for (let j = 0; j < p; j++) theta[j] = centre[j]! + noise[j]!;
    theta[p] = sd;
  }

  return {
    updates: [{ block: "coef, sd", method: "conjugate draw (normal–inverse-gamma)" }],
    logPrior: logDensity(declaration, p, logScale, distance),

    samplePrior(rng, theta) {
      const sd = Math.sqrt(rate / gamma(rng, shape));
      for (let j = 0; j < p; j++) theta[j] = mean[j]! + sd * Math.sqrt(scale[j]!) * normal(rng);
      theta[p] = sd;
    },

    update,

    maximize(theta, statistics, priorWeight) {
      if (!solve(statistics, priorWeight)) return;
      const pulled = priorWeight * (distance(centre) + 2 * rate);
      const weight = statistics.weight + priorWeight * (p + 2 * shape + 1);
      if (!(weight > 0)) return;
      theta.set(centre);
      theta[p] = Math.sqrt((statistics.residualSquares(centre) + pulled) / weight);
    },

    approximate(statistics) {
      const isSolved = solve(statistics, 1);
      const constants = { shape, rate, logDeterminant: logScale + logDeterminant(factor, p) };
      const evidence = isSolved
        ? logMarginal(constants, statistics.weight, quadratic(statistics))
        : NaN;
      return {
        draw(rng, theta) {
          update(rng, theta, statistics);
          return evidence;
        },
        logWeight: () => evidence,
      };
    },
  };
}

/** The normal regression under its conjugate prior: what its conditionals and its evidence need. */
function conjugateRegression(mean: readonly number[], scale: readonly number[]) {
  const p = mean.length;
  const precision = scale.map((s) => 1 / s);
  const factor = new Float64Array(p * p);
  const centre = new Float64Array(p);

  /** (β − mean)' scale⁻¹ (β − mean). */
  function distance(coefficients: Vector): number {
    let total = 0;
    for (let j = 0; j < p; j++) total += precision[j]! * (coefficients[j]! - mean[j]!) ** 2;
    return total;
  }

  return {
    factor,
    centre,
    distance,

    /** Factors gram + priorWeight · precision; centre becomes the maximizing coefficients. */
    solve({ gram, cross }: RegressionStatistics, priorWeight: number): boolean {
      factor.set(gram);
      for (let j = 0; j < p; j++) {
        factor[j * p + j] = factor[j * p + j]! + priorWeight * precision[j]!;
        centre[j] = cross[j]! + priorWeight * precision[j]! * mean[j]!;
      }
      if (!cholesky(factor, p)) return false;
      solveCholesky(factor, p, centre);
      return true;
    },

    /** Residual squares at the centre, the prior's taken for data; after `solve`. */
    quadratic: (statistics: RegressionStatistics): number =>
      statistics.residualSquares(centre) + distance(centre),
  };
}

/** Log density of (coefficients, sd). */
function logDensity(
  { shape, rate }: NormalInverseGammaDeclaration,
  p: number,
  logScale: number,
  distance: (coefficients: Vector) => number,
) {
  const logInverseGamma = shape * fastLog(rate) - logGamma(shape);
  return (theta: Vector): number => {
    const sd = theta[p]!;
    if (!(sd > 0)) return Number.NEGATIVE_INFINITY;
    const logSd = fastLog(sd);
    const variance = sd * sd;
    const coefficients = -0.5 * (p * LOG_2PI + logScale + distance(theta) / variance) - p * logSd;
    const inverseGamma = logInverseGamma - 2 * (shape + 1) * logSd - rate / variance;
    return coefficients + inverseGamma + Math.LN2 + logSd;
  };
}

/** Log of the likelihood with coefficients and sd integrated out. Source: [gelman2013] §14.2, over its constants. */
function logMarginal(
  { shape, rate, logDeterminant }: Record<"shape" | "rate" | "logDeterminant", number>,
  weight: number,
  quadratic: number,
): number {
  const half = 0.5 * weight;
  return (
    shape * fastLog(rate) -
    logGamma(shape) +
    logGamma(shape + half) -
    (shape + half) * fastLog(rate + 0.5 * quadratic) -
    half * LOG_2PI -
    0.5 * logDeterminant
  );
}

function logDeterminant(factor: Vector, p: number): number {
  let total = 0;
  for (let j = 0; j < p; j++) total += 2 * fastLog(factor[j * p + j]!);
  return total;
}
