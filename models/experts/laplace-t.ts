import type { Members } from "../../src/core/data.ts";
import type { Expert, ExpertApproximation } from "../../src/core/expert.ts";
import { fastLog } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { multivariateT } from "../../src/math/random/elliptical.ts";
import { type Rng, uniform } from "../../src/math/rng.ts";

/** Degrees of freedom of the approximation: heavier tails than those of a posterior under normal priors. */
const DF = 6;

/** The posterior p(theta | members) of one component whose parameters are real numbers without bounds. */
export interface SmoothPosterior {
  readonly dimension: number;
  /**
   * Fixes the members and writes a mode and the lower Cholesky factor of the negative Hessian there: by a search whose
   * start depends on the members alone.
   */
  findMode(members: Members, mode: Vector, factor: Vector): void;
  /** log p(theta) + Σ log f(y_i | theta) over the members fixed last, all constants included. */
  logJoint(theta: Vector): number;
  samplePrior(rng: Rng, theta: Vector): void;
}

/**
 * Update and approximation of an expert from a multivariate t around the mode of its posterior, with the curvature
 * there; without members both are the prior itself. The update is independence Metropolis, which leaves the posterior
 * invariant because mode and curvature do not depend on the current theta. Source: [tierney1994] §2.3.2.
 */
export function laplaceT(
  posterior: SmoothPosterior,
): Required<Pick<Expert, "update" | "approximate">> {
  const { dimension, findMode, logJoint, samplePrior } = posterior;
  const t = multivariateT(dimension, DF);
  const mode = new Float64Array(dimension);
  const factor = new Float64Array(dimension * dimension);
  const proposal = new Float64Array(dimension);

  const aroundMode: ExpertApproximation = {
    draw(rng, theta) {
      const logDensity = t.draw(rng, mode, factor, theta);
      return logJoint(theta) - logDensity;
    },
    logWeight: (theta) => logJoint(theta) - t.logDensity(mode, factor, theta),
  };
  const prior: ExpertApproximation = {
    draw(rng, theta) {
      samplePrior(rng, theta);
      return 0;
    },
    logWeight: () => 0,
  };

  function approximate(members: Members): ExpertApproximation {
    if (members.rows.length === 0) return prior;
    findMode(members, mode, factor);
    return aroundMode;
  }

  return {
    approximate,
    update(rng, theta, members) {
      const { draw, logWeight } = approximate(members);
      const logRatio = draw(rng, proposal) - logWeight(theta);
      if (fastLog(uniform(rng)) < logRatio) theta.set(proposal);
    },
  };
}
