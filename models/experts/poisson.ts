import type { Observations } from "../../src/core/data.ts";
import { ModelError } from "../../src/core/errors.ts";
import type { Expert, ExpertFamily } from "../../src/core/expert.ts";
import type { CoefficientsDeclaration, ExpertPriorDeclaration } from "../../src/core/model.ts";
import { fastExp } from "../../src/math/exp.ts";
import { poissonCdf } from "../../src/math/poisson-cdf.ts";
import { poisson as poissonVariate } from "../../src/math/random/poisson.ts";
import { priorOnCoefficients } from "./coefficient-prior.ts";
import { poissonRows } from "./count-rows.ts";
import { logLinearMeans } from "./linear-predictor.ts";
import { coefficientSteps } from "./poisson-coefficients.ts";
import { defaultPrior } from "./poisson-default.ts";
import { logFactorials, poissonLikelihood } from "./poisson-likelihood.ts";

/** Regression of counts with log link: y | x ~ Poisson(exp(x'coef + offset)); theta = coef. */
export const poisson: ExpertFamily = {
  name: "poisson",
  reference: "[gelman2013] §16.1",
  priors: ["coefficients"],
  defaultPrior,
  compile: (observations, prior) => compilePoisson(observations, onCoefficients(prior)),
};

function onCoefficients(prior: ExpertPriorDeclaration): CoefficientsDeclaration {
  if (prior.kind === "coefficients") return prior;
  throw new ModelError(
    `the prior of poisson experts must be one on coefficients alone; got ${JSON.stringify(prior)}`,
  );
}

function compilePoisson(observations: Observations, declared: CoefficientsDeclaration): Expert {
  const { n, y, design } = observations;
  const p = design.X.columns;
  const fitted = new Float64Array(n);
  const logFactorial = logFactorials(y);
  const prior = priorOnCoefficients(declared, p);
  const steps = coefficientSteps(
    observations,
    poissonLikelihood(observations, logFactorial),
    prior,
  );

  const { logMean, mean } = logLinearMeans(observations);

  return {
    layout: [{ name: "coef", size: p, support: "real", terms: design.terms }],
    dimension: p,
    response: "count",
    design,
    y,
    logPrior: prior.logDensity,
    samplePrior: prior.sample,
    mean,
    variance: mean,
    ...steps,

    logDensity(theta, out) {
      logMean(theta, out);
      for (let i = 0; i < n; i++) {
        out[i] = y[i]! * out[i]! - fastExp(out[i]!) - logFactorial(i);
      }
    },

    rows: poissonRows(observations, logFactorial),

    score(theta, { data: out }) {
      mean(theta, fitted);
      for (let i = 0, at = 0; i < n; i++) {
        const residual = y[i]! - fitted[i]!;
        for (let j = 0; j < p; j++, at++) out[at] = residual * design.X.data[at]!;
      }
    },

    cumulative(theta, out) {
      mean(theta, out);
      for (let i = 0; i < n; i++) out[i] = poissonCdf(y[i]!, out[i]!);
    },

    simulate(rng, theta, rows, into) {
      mean(theta, fitted);
      for (const i of rows) into[i] = poissonVariate(rng, fitted[i]!);
    },
  };
}
