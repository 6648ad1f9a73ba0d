import type { IndependentDeclaration } from "../../src/core/model.ts";
import { jointApproximation } from "./gaussian-approximation.ts";
import { coefficientPrior } from "./gaussian-coefficients.ts";
import type { GaussianPrior } from "./gaussian-prior.ts";
import { scaleLikelihood, scalePrior } from "./gaussian-scale.ts";

/** A maximum is found when a round over both blocks gains less than this, relative to the height. */
const CONVERGED = 1e-12;
const MOST_ROUNDS = 200;

/** Independent priors: Gibbs with two blocks, each conjugate where its prior allows and slice sampling where not. */
export function independentPrior(declaration: IndependentDeclaration, p: number): GaussianPrior {
  const coefficients = coefficientPrior(declaration, p);
  const scale = scalePrior(declaration);
  const prior: Omit<GaussianPrior, "approximate"> = {
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
      const { weight } = statistics;
      let height = Number.NEGATIVE_INFINITY;
      for (let round = 0; round < MOST_ROUNDS; round++) {
        coefficients.maximize(theta, statistics, theta[p]! ** 2, priorWeight);
        const squares = statistics.residualSquares(theta);
        const sd = scale.maximize(theta[p]!, weight, squares, priorWeight);
        if (!(sd > 0)) return;
        theta[p] = sd;
        const prior = coefficients.logDensity(theta) + scale.logDensity(sd);
        const likelihood = scaleLikelihood(sd, weight, squares);
        const reached = priorWeight === 0 ? likelihood : likelihood + priorWeight * prior;
        if (!(reached > height + CONVERGED * (1 + Math.abs(reached)))) return;
        height = reached;
      }
    },
  };
  return { ...prior, approximate: jointApproximation(declaration, p, prior) };
}
