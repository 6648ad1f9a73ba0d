import type { Members, Observations } from "../../src/core/data.ts";
import { ModelError } from "../../src/core/errors.ts";
import type { Expert, ExpertFamily } from "../../src/core/expert.ts";
import type { ExpertPriorDeclaration } from "../../src/core/model.ts";
import { fastLog } from "../../src/math/exp.ts";
import { linearPredictor, residualSquares, weightedGram } from "../../src/math/gram.ts";
import type { Matrix, Vector } from "../../src/math/matrix.ts";
import { fastNormalCdf } from "../../src/math/normal-cdf.ts";
import { normalLogs } from "../../src/math/normal-logs.ts";
import { normal } from "../../src/math/random/normal.ts";
import { conjugatePrior } from "./gaussian-conjugate.ts";
import { defaultPrior } from "./gaussian-default.ts";
import { independentPrior } from "./gaussian-independent.ts";
import { gaussianPass } from "./gaussian-pass.ts";
import type { GaussianPrior, RegressionStatistics } from "./gaussian-prior.ts";
import { gaussianRows } from "./gaussian-rows.ts";

const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);

/** Linear regression with normal errors: y | x ~ N(x'coef + offset, sd²); theta = (coef, sd). */
export const gaussian: ExpertFamily = {
  name: "gaussian",
  reference: "[gelman2013] §14.2",
  priors: ["normal-inverse-gamma", "independent"],
  defaultPrior,
  compile: (observations, prior) =>
    compileGaussian(observations, compilePrior(prior, observations.design.terms.length)),
};

function compilePrior(prior: ExpertPriorDeclaration, p: number): GaussianPrior {
  switch (prior.kind) {
    case "normal-inverse-gamma":
      return conjugatePrior(prior, p);
    case "independent":
      return independentPrior(prior, p);
    default:
      throw new ModelError(
        "the prior of gaussian experts must be normal-inverse-gamma or independent; " +
          `got ${JSON.stringify(prior)}`,
      );
  }
}

function compileGaussian(observations: Observations, prior: GaussianPrior): Expert {
  const { n, y, design } = observations;
  const { X } = design;
  const p = X.columns;
  const fitted = new Float64Array(n);
  const regression = regressionScratch(observations);

  /** fitted[i] = x[i]'coef + offset[i]. */
  function mean(theta: Vector, out: Vector): void {
    linearPredictor(X.data, p, n, theta, out);
    if (design.offset !== undefined) {
      for (let i = 0; i < n; i++) out[i] = out[i]! + design.offset[i]!;
    }
  }

  return {
    layout: [
      { name: "coef", size: p, support: "real", terms: design.terms, moment: "mean" },
      { name: "sd", size: 1, support: "positive", moment: "sd" },
    ],
    dimension: p + 1,
    design,
    updates: prior.updates,
    y,
    logPrior: prior.logPrior,
    samplePrior: prior.samplePrior,
    mean,

    logDensity(theta, out) {
      const sd = theta[p]!;
      const constant = -fastLog(sd) - HALF_LOG_2PI;
      normalLogs(X.data, p, regression.response(), theta, constant, 0.5 / (sd * sd), out);
    },

    score: scoreOf(observations, mean),

    rows: gaussianRows(observations),

    pass: (components, lanes) => gaussianPass(observations, components, lanes),

    variance(theta, out) {
      out.fill(theta[p]! * theta[p]!);
    },

    cumulative(theta, out) {
      mean(theta, out);
      for (let i = 0; i < n; i++) out[i] = fastNormalCdf((y[i]! - out[i]!) / theta[p]!);
    },

    simulate(rng, theta, rows, into) {
      mean(theta, fitted);
      for (const i of rows) into[i] = fitted[i]! + theta[p]! * normal(rng);
    },

    update(rng, theta, members) {
      prior.update(rng, theta, regression.of(members));
    },

    maximize(theta, members, priorWeight) {
      prior.maximize(theta, regression.of(members), priorWeight);
    },

    approximate(members) {
      return prior.approximate(regression.of(members));
    },
  };
}

/** Of the coefficients residual / sd² · x; of log sd (residual / sd)² − 1. */
function scoreOf({ n, y, design: { X } }: Observations, mean: Expert["mean"]) {
  const p = X.columns;
  const fitted = new Float64Array(n);
  return (theta: Vector, { data: out }: Matrix): void => {
    mean(theta, fitted);
    const precision = 1 / (theta[p]! * theta[p]!);
    for (let i = 0, at = 0; i < n; i++, at += p + 1) {
      const residual = y[i]! - fitted[i]!;
      for (let j = 0; j < p; j++) out[at + j] = precision * residual * X.data[i * p + j]!;
      out[at + p] = precision * residual * residual - 1;
    }
  };
}

/** Reduces the members of a component to regression statistics, in scratch that the next call reuses. */
function regressionScratch({ n, y, design }: Observations) {
  const { offset, X } = design;
  const p = X.columns;
  const working = offset === undefined ? y : new Float64Array(n);

  /** The response less the offset; y may have been rewritten since the last call. */
  function response(): Vector {
    if (offset !== undefined) {
      for (let i = 0; i < n; i++) working[i] = y[i]! - offset[i]!;
    }
    return working;
  }
  const gram = new Float64Array(p * p);
  const cross = new Float64Array(p);
  return {
    response,
    of({ rows, weight }: Members): RegressionStatistics {
      response();
      gram.fill(0);
      cross.fill(0);
      weightedGram(X.data, p, rows, weight, working, gram, cross);
      return {
        gram,
        cross,
        weight: sum(weight),
        residualSquares: (coefficients) =>
          residualSquares(X.data, p, rows, weight, working, coefficients),
      };
    },
  };
}

function sum(values: Vector): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}
