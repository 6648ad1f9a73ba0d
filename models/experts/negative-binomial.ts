import type { Observations } from "../../src/core/data.ts";
import { ModelError } from "../../src/core/errors.ts";
import type { Expert, ExpertApproximation, ExpertFamily } from "../../src/core/expert.ts";
import type { ExpertPriorDeclaration, OverdispersedDeclaration } from "../../src/core/model.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import type { Rng } from "../../src/math/rng.ts";
import { priorOnCoefficients } from "./coefficient-prior.ts";
import { coefficientCoordinates } from "./coordinate-prior.ts";
import { negativeBinomialCounts } from "./count-rows.ts";
import { boundedSize, negativeBinomialRows } from "./negative-binomial-distribution.ts";
import { negativeBinomialLikelihood } from "./negative-binomial-likelihood.ts";
import { defaultPrior } from "./poisson-default.ts";
import { logFactorials } from "./poisson-likelihood.ts";
import { sizePrior } from "./size-prior.ts";
import { smoothSteps } from "./smooth-steps.ts";

/**
 * Regression of overdispersed counts with log link: y | x has mean μ = exp(x'coef + offset) and variance μ + μ² / size;
 * theta = (coef, size). Source: [lawless1987].
 */
export const negativeBinomial: ExpertFamily = {
  name: "negative-binomial",
  reference: "[lawless1987]",
  priors: ["overdispersed"],
  defaultPrior: (observations) => ({
    kind: "overdispersed",
    coefficients: defaultPrior(observations).coefficients,
    dispersion: { kind: "exponential", rate: 1 },
  }),
  compile: (observations, prior) => compileExpert(observations, overdispersed(prior)),
};

function overdispersed(prior: ExpertPriorDeclaration): OverdispersedDeclaration {
  if (prior.kind === "overdispersed") return prior;
  throw new ModelError(
    "the prior of negative-binomial experts must be one on coefficients and on size or dispersion; " +
      `got ${JSON.stringify(prior)}`,
  );
}

function compileExpert(observations: Observations, declared: OverdispersedDeclaration): Expert {
  const { y, design } = observations;
  const p = design.X.columns;
  const logFactorial = logFactorials(y);
  const coefficients = priorOnCoefficients(declared, p);
  const size = sizePrior(declared);

  function samplePrior(rng: Rng, theta: Vector): void {
    coefficients.sample(rng, theta);
    theta[p] = boundedSize(size.sample(rng));
  }

  const { method, ...steps } = onSizes(
    p,
    smoothSteps(
      negativeBinomialLikelihood(observations, logFactorial, coefficients),
      [...coefficientCoordinates(coefficients), size.coordinate],
      (rng, point) => {
        samplePrior(rng, point);
        point[p] = fastLog(point[p]!);
      },
    ),
  );

  return {
    layout: [
      { name: "coef", size: p, support: "real", terms: design.terms },
      { name: "size", size: 1, support: "positive" },
    ],
    dimension: p + 1,
    updates: [{ block: "coef, size", method }],
    response: "count",
    design,
    y,
    logPrior: (theta) => coefficients.logDensity(theta) + size.logDensity(theta[p]!),
    samplePrior,
    ...negativeBinomialRows(observations, logFactorial),
    rows: negativeBinomialCounts(observations, logFactorial),
    ...steps,
  };
}

type Steps = ReturnType<typeof smoothSteps>;

/** Steps on (coef, log size) as steps on (coef, size); a size that a step left alone keeps its bits. */
function onSizes(p: number, { method, update, approximate, maximize }: Steps): Steps {
  const point = new Float64Array(p + 1);

  function toPoint(theta: Vector): void {
    point.set(theta);
    point[p] = fastLog(boundedSize(theta[p]!));
  }

  function through(theta: Vector, step: () => void): void {
    toPoint(theta);
    const logSize = point[p]!;
    const size = theta[p]!;
    step();
    theta.set(point);
    theta[p] = point[p] === logSize ? size : fastExp(point[p]!);
  }

  return {
    method,
    update: (rng, theta, members) => through(theta, () => update(rng, point, members)),
    maximize: (theta, members, weight) => through(theta, () => maximize(point, members, weight)),
    approximate(members): ExpertApproximation {
      const { draw, logWeight } = approximate(members);
      return {
        draw(rng, theta) {
          const weight = draw(rng, point);
          theta.set(point);
          theta[p] = fastExp(point[p]!);
          return weight;
        },
        logWeight(theta) {
          toPoint(theta);
          return logWeight(point);
        },
      };
    },
  };
}
