import type { Distribution } from "../../src/core/distribution.ts";
import { ModelError } from "../../src/core/errors.ts";
import type { IndependentDeclaration } from "../../src/core/model.ts";
import { cholesky, solveCholesky, solveLowerTransposed } from "../../src/math/cholesky.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { gamma } from "../../src/math/random/gamma.ts";
import { normal } from "../../src/math/random/normal.ts";
import { sliceSample } from "../../src/math/random/slice.ts";
import type { Rng } from "../../src/math/rng.ts";
import { perColumn } from "../per-column.ts";
import { compileDistribution } from "../priors/index.ts";
import type { GaussianPrior, RegressionStatistics } from "./gaussian-prior.ts";

/** Prior of the sd, whichever of sd and variance it was declared on. */
interface ScalePrior {
  readonly method: string;
  /** Log density of the sd. */
  logDensity(sd: number): number;
  sample(rng: Rng): number;
  /** A draw of the sd given `weight` residuals with the given sum of squares. */
  update(rng: Rng, sd: number, weight: number, residualSquares: number): number;
  /** The shape and rate that the inverse-gamma maximum needs; (−1/2, 0) where the prior is left out of the maximum. */
  readonly shape: number;
  readonly rate: number;
}

/** Independent priors: Gibbs with two blocks, each conjugate where its prior allows and slice sampling where not. */
export function independentPrior(declaration: IndependentDeclaration, p: number): GaussianPrior {
  const coefficients = coefficientPrior(declaration, p);
  const scale = scalePrior(declaration);
  return {
    updates: [
      { block: "coef", method: coefficients.method },
      { block: "sd", method: scale.method },
    ],
    logPrior: (theta) =>
      theta[p]! > 0
        ? coefficients.logDensity(theta) + scale.logDensity(theta[p]!)
        : Number.NEGATIVE_INFINITY,
    samplePrior(rng, theta) {
      coefficients.sample(rng, theta);
      theta[p] = scale.sample(rng);
    },
    update(rng, theta, statistics) {
      coefficients.update(rng, theta, statistics, theta[p]! ** 2);
      const squares = statistics.residualSquares(theta);
      theta[p] = scale.update(rng, theta[p]!, statistics.weight, squares);
    },
    maximize(theta, statistics, priorWeight) {
      for (let round = 0; round < 3; round++) {
        coefficients.maximize(theta, statistics, theta[p]! ** 2, priorWeight);
        const weight = statistics.weight + priorWeight * (2 * scale.shape + 1);
        const squares = statistics.residualSquares(theta) + 2 * priorWeight * scale.rate;
        if (weight > 0 && squares > 0) theta[p] = Math.sqrt(squares / weight);
      }
    },
  };
}

function coefficientPrior(declaration: IndependentDeclaration, p: number) {
  const priors = perColumn("coefficients", declaration.coefficients, p).map(compileDistribution);
  const isNormal = priors.every(({ declaration }) => declaration.kind === "normal");
  const [centre, spread] = [priors.map(location), priors.map(width)];
  const precision = Float64Array.from(spread, (s) => 1 / (s * s));
  const factor = new Float64Array(p * p);
  const solution = new Float64Array(p);
  const noise = new Float64Array(p);

  /** Factors gram / variance + priorWeight · precision and solves for the centre of the normal conditional. */
  function solve({ gram, cross }: RegressionStatistics, variance: number, weight: number): boolean {
    for (let j = 0; j < p * p; j++) factor[j] = gram[j]! / variance;
    for (let j = 0; j < p; j++) {
      factor[j * p + j] = factor[j * p + j]! + weight * precision[j]!;
      solution[j] = cross[j]! / variance + weight * precision[j]! * centre[j]!;
    }
    if (!cholesky(factor, p)) return false;
    solveCholesky(factor, p, solution);
    return true;
  }

  function updateNormal(
    rng: Rng,
    theta: Vector,
    statistics: RegressionStatistics,
    variance: number,
  ) {
    solve(statistics, variance, 1);
    for (let j = 0; j < p; j++) noise[j] = normal(rng);
    solveLowerTransposed(factor, p, noise);
    for (let j = 0; j < p; j++) theta[j] = solution[j]! + noise[j]!;
  }

  function updateBySlices(
    rng: Rng,
    theta: Vector,
    statistics: RegressionStatistics,
    variance: number,
  ) {
    const { gram, cross } = statistics;
    for (let j = 0; j < p; j++) {
      let slope = cross[j]!;
      for (let l = 0; l < p; l++) if (l !== j) slope -= gram[j * p + l]! * theta[l]!;
      const curvature = gram[j * p + j]!;
      const prior = priors[j]!;
      const logDensity = (b: number) =>
        prior.logDensity(b) + (slope * b - 0.5 * curvature * b * b) / variance;
      theta[j] = sliceSample(rng, logDensity, theta[j]!, spread[j]!, -Infinity, Infinity);
    }
  }

  return {
    method: isNormal ? "conjugate draw (normal)" : "slice sampling, one coefficient at a time",
    logDensity: (theta: Vector) =>
      priors.reduce((total, prior, j) => total + prior.logDensity(theta[j]!), 0),
    sample(rng: Rng, theta: Vector) {
      for (let j = 0; j < p; j++) theta[j] = priors[j]!.sample(rng);
    },
    update: isNormal ? updateNormal : updateBySlices,
    maximize(
      theta: Vector,
      statistics: RegressionStatistics,
      variance: number,
      priorWeight: number,
    ) {
      if (solve(statistics, variance, priorWeight)) theta.set(solution);
    },
  };
}

/** A normal stand-in for a prior on a coefficient: centre and sd, used for slice widths and starting values only. */
function location({ declaration }: Distribution): number {
  const { mean, location, lower, upper } = declaration as Record<string, number | undefined>;
  return mean ?? location ?? (lower !== undefined && upper !== undefined ? (lower + upper) / 2 : 0);
}

function width({ declaration }: Distribution): number {
  const { sd, scale, lower, upper } = declaration as Record<string, number | undefined>;
  return sd ?? scale ?? (lower !== undefined && upper !== undefined ? (upper - lower) / 4 : 1);
}

function scalePrior({ variance, sd }: IndependentDeclaration): ScalePrior {
  if ((variance === undefined) === (sd === undefined)) {
    throw new ModelError(
      "an independent prior must put a distribution on exactly one of `variance` and `sd`; " +
        `got ${variance === undefined ? "neither" : "both"}`,
    );
  }
  const prior = compileDistribution((variance ?? sd)!);
  if (variance?.kind === "inverse-gamma") return inverseGammaVariance(prior);
  return variance === undefined ? slicedSd(prior) : slicedSd(onSd(prior));
}

function inverseGammaVariance(prior: Distribution): ScalePrior {
  const { shape, rate } = prior.declaration as unknown as { shape: number; rate: number };
  return {
    method: "conjugate draw (inverse-gamma on the variance)",
    shape,
    rate,
    ...onSd(prior),
    update: (rng, _sd, weight, squares) =>
      Math.sqrt((rate + 0.5 * squares) / gamma(rng, shape + 0.5 * weight)),
  };
}

/** Density and draws of the sd when the prior is on the variance: the Jacobian is 2 · sd. */
function onSd(prior: Distribution): Pick<Distribution, "logDensity" | "sample"> {
  return {
    logDensity: (sd) => prior.logDensity(sd * sd) + Math.LN2 + Math.log(sd),
    sample: (rng) => Math.sqrt(prior.sample(rng)),
  };
}

function slicedSd(prior: Pick<Distribution, "logDensity" | "sample">): ScalePrior {
  return {
    method: "slice sampling of log sd",
    shape: -0.5,
    rate: 0,
    logDensity: prior.logDensity,
    sample: prior.sample,
    update(rng, sd, weight, squares) {
      const logDensity = (logSd: number) =>
        prior.logDensity(Math.exp(logSd)) +
        logSd -
        weight * logSd -
        0.5 * squares * Math.exp(-2 * logSd);
      return Math.exp(sliceSample(rng, logDensity, Math.log(sd), 1, -Infinity, Infinity));
    },
  };
}
