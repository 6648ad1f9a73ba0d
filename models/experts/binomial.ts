import type { Observations } from "../../src/core/data.ts";
import { ModelError } from "../../src/core/errors.ts";
import type { Expert, ExpertFamily } from "../../src/core/expert.ts";
import type { CoefficientsDeclaration, ExpertPriorDeclaration } from "../../src/core/model.ts";
import { binomialCdf, logChoose } from "../../src/math/binomial.ts";
import { logistic } from "../../src/math/log-sum-exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { binomial as binomialVariate } from "../../src/math/random/binomial.ts";
import { softplus } from "../../src/math/softplus.ts";
import { binomialDefault } from "./binomial-default.ts";
import { binomialLikelihood } from "./binomial-likelihood.ts";
import { priorOnCoefficients } from "./coefficient-prior.ts";
import { coefficientCoordinates } from "./coordinate-prior.ts";
import { binomialRows } from "./count-rows.ts";
import { predictors } from "./linear-predictor.ts";
import { smoothSteps } from "./smooth-steps.ts";

/**
 * Logistic regression of successes: y | x ~ Binomial(trials, p), log(p / (1 − p)) = x'coef + offset; theta = coef.
 * Trials are the design's, or 1 in every row. Source: [mccullagh1989] §4.3.
 */
export const binomial: ExpertFamily = {
  name: "binomial",
  reference: "[mccullagh1989] §4.3",
  priors: ["coefficients"],
  takesTrials: true,
  defaultPrior: (observations) => binomialDefault(observations, trialsOf(observations)),
  compile: (observations, prior) => compileBinomial(observations, onCoefficients(prior)),
};

const CAUTION =
  "a mixture of 0s and 1s is again of 0s and 1s, so that only covariates tell components apart: " +
  "check that several starts agree, or count trials(n)";

const trialsOf = ({ n, design }: Observations): Vector =>
  design.trials ?? new Float64Array(n).fill(1);

function onCoefficients(prior: ExpertPriorDeclaration): CoefficientsDeclaration {
  if (prior.kind === "coefficients") return prior;
  throw new ModelError(
    `the prior of binomial experts must be one on coefficients alone; got ${JSON.stringify(prior)}`,
  );
}

function compileBinomial(observations: Observations, declared: CoefficientsDeclaration): Expert {
  const { n, y, design } = observations;
  const p = design.X.columns;
  const trials = trialsOf(observations);
  const fitted = new Float64Array(n);
  const logWays = remembered(y, (i) => logChoose(trials[i]!, y[i]!));
  const prior = priorOnCoefficients(declared, p);
  const { method, ...steps } = smoothSteps(
    binomialLikelihood(observations, trials, logWays, prior),
    coefficientCoordinates(prior),
    prior.sample,
  );

  const logOdds = predictors(observations);

  return {
    layout: [{ name: "coef", size: p, support: "real", terms: design.terms }],
    dimension: p,
    updates: [{ block: "coef", method }],
    response: "count",
    largest: trials,
    ...(trials.every((one) => one === 1) ? { caution: CAUTION } : {}),
    design,
    y,
    logPrior: prior.logDensity,
    samplePrior: prior.sample,
    ...steps,

    logDensity(theta, out) {
      logOdds(theta, out);
      for (let i = 0; i < n; i++) {
        out[i] = logWays(i) + y[i]! * out[i]! - trials[i]! * softplus(out[i]!);
      }
    },

    mean(theta, out) {
      logOdds(theta, out);
      for (let i = 0; i < n; i++) out[i] = trials[i]! * logistic(out[i]!);
    },

    variance(theta, out) {
      logOdds(theta, out);
      for (let i = 0; i < n; i++) out[i] = trials[i]! * logistic(out[i]!) * logistic(-out[i]!);
    },

    rows: binomialRows(observations, trials, logWays),

    score(theta, { data: out }) {
      logOdds(theta, fitted);
      for (let i = 0, at = 0; i < n; i++) {
        const residual = y[i]! - trials[i]! * logistic(fitted[i]!);
        for (let j = 0; j < p; j++, at++) out[at] = residual * design.X.data[at]!;
      }
    },

    cumulative(theta, out) {
      logOdds(theta, out);
      for (let i = 0; i < n; i++) out[i] = binomialCdf(y[i]!, trials[i]!, out[i]!);
    },

    simulate(rng, theta, rows, into) {
      logOdds(theta, fitted);
      for (const i of rows) into[i] = binomialVariate(rng, trials[i]!, logistic(fitted[i]!));
    },
  };
}

/** The values of a function of the response, which may be rewritten between calls. */
function remembered(y: Vector, of: (i: number) => number): (i: number) => number {
  const seen = new Float64Array(y.length).fill(Number.NaN);
  const known = new Float64Array(y.length);
  return (i) => {
    if (seen[i] !== y[i]) {
      seen[i] = y[i]!;
      known[i] = of(i);
    }
    return Number.isNaN(y[i]) ? Number.NaN : known[i]!;
  };
}
