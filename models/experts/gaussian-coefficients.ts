import type { Distribution } from "../../src/core/distribution.ts";
import type { IndependentDeclaration } from "../../src/core/model.ts";
import { cholesky, solveCholesky, solveLowerTransposed } from "../../src/math/cholesky.ts";
import { climb } from "../../src/math/climb.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { normal } from "../../src/math/random/normal.ts";
import { sliceSample } from "../../src/math/random/slice.ts";
import type { Rng } from "../../src/math/rng.ts";
import { priorOnCoefficients } from "./coefficient-prior.ts";
import type { RegressionStatistics } from "./gaussian-prior.ts";

/** What an update or a maximum of the coefficients does, given the variance; theta in place. */
interface CoefficientSteps {
  readonly method: string;
  update(rng: Rng, theta: Vector, statistics: RegressionStatistics, variance: number): void;
  maximize(
    theta: Vector,
    statistics: RegressionStatistics,
    variance: number,
    priorWeight: number,
  ): void;
}

/** Independent priors on the coefficients: one normal draw where all are normal, else one coefficient at a time. */
export function coefficientPrior(declaration: IndependentDeclaration, p: number) {
  const prior = priorOnCoefficients(declaration, p);
  const { logDensity, sample, priors, mean, precision } = prior;
  const steps = prior.isNormal ? jointSteps(mean, precision) : singleSteps(priors);
  return { logDensity, sample, ...steps };
}

/** All coefficients together, under normal priors with these means and precisions. */
function jointSteps(mean: Vector, precision: Vector): CoefficientSteps {
  const p = mean.length;
  const factor = new Float64Array(p * p);
  const solution = new Float64Array(p);
  const noise = new Float64Array(p);

  /** Factors gram / variance + priorWeight · precision and solves for the centre of the normal conditional. */
  function solve({ gram, cross }: RegressionStatistics, variance: number, weight: number): boolean {
    for (let j = 0; j < p * p; j++) factor[j] = gram[j]! / variance;
    for (let j = 0; j < p; j++) {
      factor[j * p + j] = factor[j * p + j]! + weight * precision[j]!;
      solution[j] = cross[j]! / variance + weight * precision[j]! * mean[j]!;
    }
    if (!cholesky(factor, p)) return false;
    solveCholesky(factor, p, solution);
    return true;
  }

  return {
    method: "conjugate draw (normal)",
    update(rng, theta, statistics, variance) {
      solve(statistics, variance, 1);
      for (let j = 0; j < p; j++) noise[j] = normal(rng);
      solveLowerTransposed(factor, p, noise);
      for (let j = 0; j < p; j++) theta[j] = solution[j]! + noise[j]!;
    },
    maximize(theta, statistics, variance, priorWeight) {
      if (solve(statistics, variance, priorWeight)) theta.set(solution);
    },
  };
}

function singleSteps(priors: readonly Distribution[]): CoefficientSteps {
  const widths = priors.map(width);
  const none = new Float64Array(priors.length);
  const leastSquares = jointSteps(none, none);

  /** Log conditional of coefficient j given the others, its prior raised to a power. */
  function conditional(
    j: number,
    theta: Vector,
    { gram, cross }: RegressionStatistics,
    variance: number,
    priorWeight: number,
  ) {
    const p = priors.length;
    const prior = priors[j]!;
    const curvature = gram[j * p + j]!;
    let slope = cross[j]!;
    for (let l = 0; l < p; l++) if (l !== j) slope -= gram[j * p + l]! * theta[l]!;
    // Around the peak, so that no large numbers cancel.
    const peak = curvature > 0 ? slope / curvature : 0;
    const halfPrecision = (0.5 * curvature) / variance;
    return (b: number) => {
      const logPrior = priorWeight === 0 ? 0 : priorWeight * prior.logDensity(b);
      return logPrior - halfPrecision * (b - peak) ** 2;
    };
  }

  return {
    method: "slice sampling, one coefficient at a time",
    update(rng, theta, statistics, variance) {
      priors.forEach((_, j) => {
        const logDensity = conditional(j, theta, statistics, variance, 1);
        theta[j] = sliceSample(rng, logDensity, theta[j]!, widths[j]!);
      });
    },
    maximize(theta, statistics, variance, priorWeight) {
      // One at a time, correlated coefficients would take hundreds of rounds.
      if (priorWeight === 0) return leastSquares.maximize(theta, statistics, variance, 0);
      priors.forEach((_, j) => {
        const height = conditional(j, theta, statistics, variance, priorWeight);
        theta[j] = climb(height, theta[j]!, widths[j]!);
      });
    },
  };
}

/** A step that is neither tiny nor huge beside the prior. */
function width({ declaration }: Distribution): number {
  const { sd, scale, lower, upper } = declaration as Record<string, number | undefined>;
  return sd ?? scale ?? (lower !== undefined && upper !== undefined ? (upper - lower) / 4 : 1);
}
