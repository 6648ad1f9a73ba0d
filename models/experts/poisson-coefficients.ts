import type { Observations } from "../../src/core/data.ts";
import type { Expert } from "../../src/core/expert.ts";
import { climb } from "../../src/math/climb.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { sliceSample } from "../../src/math/random/slice.ts";
import type { CoefficientPrior } from "./coefficient-prior.ts";
import { laplaceT } from "./laplace-t.ts";
import type { PoissonLikelihood } from "./poisson-likelihood.ts";
import { poissonRegression } from "./poisson-regression.ts";

/** The proposal only has to be close: its search ends with a step that promises less than half of this. */
const NEAR = 0.05;
const CONVERGED = 1e-9;
/** A maximum is found when a round over the coefficients gains less than this, relative to the height. */
const NO_GAIN = 1e-13;
const MOST_ROUNDS = 200;

type Steps = Required<Pick<Expert, "updates" | "update" | "approximate" | "maximize">>;

/**
 * What is done to the coefficients of one component. Where all priors are normal, mode and curvature of the posterior
 * serve both steps; other priors are stood in for by normal ones in the approximation, are sliced one coefficient at a
 * time in the update, and climbed so in the maximum.
 */
export function coefficientSteps(
  observations: Observations,
  likelihood: PoissonLikelihood,
  prior: CoefficientPrior,
): Steps {
  const regression = poissonRegression(observations, likelihood);
  const { mean, precision, priors, widths } = prior;
  const ridge = (weight: number) => ({ mean, precision, weight });
  const scratch = new Float64Array(mean.length);

  const { update, approximate } = laplaceT({
    dimension: mean.length,
    samplePrior: prior.sample,
    logJoint: (theta) => prior.logDensity(theta) + likelihood.kernel(theta) + likelihood.constant,
    findMode(members, mode, factor) {
      regression.load(members, ridge(1));
      if (regression.climb(mode, NEAR)) return factor.set(regression.factor);
      mode.set(mean);
      factor.fill(0);
      precision.forEach((value, j) => {
        factor[j * (mean.length + 1)] = Math.sqrt(value);
      });
    },
  });

  /** Climbs the weighted posterior itself, one coefficient after another. */
  function climbEach(theta: Vector, priorWeight: number): void {
    let height = Number.NEGATIVE_INFINITY;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      priors.forEach((one, j) => {
        const along = likelihood.along(theta, j);
        const target = (b: number) => along(b) + priorWeight * one.logDensity(b);
        theta[j] = climb(target, theta[j]!, widths[j]!);
      });
      const reached = likelihood.kernel(theta) + priorWeight * prior.logDensity(theta);
      if (!(reached > height + NO_GAIN * (1 + Math.abs(reached)))) return;
      height = reached;
    }
  }

  return {
    approximate,
    updates: [
      {
        block: "coef",
        method: prior.isNormal
          ? "independence Metropolis from a t at the mode"
          : "slice sampling, one coefficient at a time",
      },
    ],

    update: prior.isNormal
      ? update
      : (rng, theta, members) => {
          regression.load(members, ridge(1));
          priors.forEach((one, j) => {
            const along = likelihood.along(theta, j);
            const target = (b: number) => along(b) + one.logDensity(b);
            theta[j] = sliceSample(rng, target, theta[j]!, widths[j]!);
          });
        },

    maximize(theta, members, priorWeight) {
      regression.load(members, ridge(priorWeight));
      if (!regression.climb(scratch, CONVERGED)) return;
      if (priorWeight === 0 || prior.isNormal) return theta.set(scratch);
      // Where the likelihood alone leads may be outside the support.
      priors.forEach((one, j) => {
        if (Number.isFinite(one.logDensity(scratch[j]!))) theta[j] = scratch[j]!;
      });
      climbEach(theta, priorWeight);
    },
  };
}
