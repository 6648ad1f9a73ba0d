import type { Observations } from "../../src/core/data.ts";
import { ModelError } from "../../src/core/errors.ts";
import type { Expert, ExpertFamily } from "../../src/core/expert.ts";
import type { BoundedDeclaration, ExpertPriorDeclaration } from "../../src/core/model.ts";
import { fastLog } from "../../src/math/exp.ts";
import { linearPredictor } from "../../src/math/gram.ts";
import type { Matrix, Vector } from "../../src/math/matrix.ts";
import { fastNormalCdf } from "../../src/math/normal-cdf.ts";
import { normal } from "../../src/math/random/normal.ts";
import { compileDistribution } from "../priors/index.ts";
import { priorOnCoefficients } from "./coefficient-prior.ts";
import { coefficientVariances, readable } from "./coefficient-scale.ts";
import { coefficientCoordinates } from "./coordinate-prior.ts";
import { throughLogs } from "./log-coordinates.ts";
import { nearbyFirst } from "./nearby-maximum.ts";
import { logCoordinate } from "./size-prior.ts";
import { smoothSteps } from "./smooth-steps.ts";
import { tanh } from "./tanh-function.ts";
import { tanhLikelihood } from "./tanh-likelihood.ts";

const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);
/** Prior sd of a coefficient per sd of its covariate: from nearly a line to nearly a step. */
const STEEPNESS = 2.5;

/**
 * A bounded curve with normal errors: y | x ~ N(amplitude · tanh(x'coef + offset), sd²), amplitude > 0;
 * theta = (coef, amplitude, sd). Without an intercept it is strongly identifiable [nguyen2025].
 */
export const tanhExpert: ExpertFamily = {
  name: "tanh",
  reference: "[nguyen2025]",
  priors: ["bounded"],
  defaultPrior,
  compile: (observations, prior) => compileTanh(observations, bounded(prior)),
};

function bounded(prior: ExpertPriorDeclaration): BoundedDeclaration {
  if (prior.kind === "bounded") return prior;
  throw new ModelError(
    "the prior of tanh experts must be bounded: one on coefficients, amplitude and sd; " +
      `got ${JSON.stringify(prior)}`,
  );
}

/** Steepnesses of up to a step between two rows; amplitude and sd of the size of the response. */
function defaultPrior({ n, y, design }: Observations): BoundedDeclaration {
  const squares = y.reduce((sum, value) => sum + value * value, 0);
  const size = readable(Math.sqrt(squares / n)) || 1;
  const sds = coefficientVariances(design, STEEPNESS ** 2, 0).map((v) => readable(Math.sqrt(v)));
  const coefficients = sds.map((sd) => ({ kind: "normal", mean: 0, sd }));
  return {
    kind: "bounded",
    coefficients: sds.every((sd) => sd === sds[0]) ? coefficients[0]! : coefficients,
    amplitude: { kind: "half-normal", sd: 2 * size },
    sd: { kind: "half-normal", sd: size },
  };
}

function compileTanh(observations: Observations, declared: BoundedDeclaration): Expert {
  const { y, design } = observations;
  const p = design.X.columns;
  const coefficients = priorOnCoefficients(declared, p);
  const scales = [declared.amplitude, declared.sd].map(compileDistribution);

  function samplePrior(rng: Parameters<Expert["samplePrior"]>[0], theta: Vector): void {
    coefficients.sample(rng, theta);
    scales.forEach(({ sample }, s) => {
      theta[p + s] = sample(rng);
    });
  }

  const { method, ...steps } = throughLogs(p, p + 2, samplePrior, (samplePoint) => {
    const likelihood = tanhLikelihood(observations, coefficients);
    const coordinates = [
      ...coefficientCoordinates(coefficients),
      ...scales.map(({ logDensity, sample }) => logCoordinate(logDensity, sample)),
    ];
    const onPoints = smoothSteps(likelihood, coordinates, samplePoint);
    return {
      ...onPoints,
      maximize: nearbyFirst(likelihood, coordinates, onPoints.maximize),
    };
  });

  return {
    layout: [
      { name: "coef", size: p, support: "real", terms: design.terms },
      { name: "amplitude", size: 1, support: "positive" },
      { name: "sd", size: 1, support: "positive", moment: "sd" },
    ],
    dimension: p + 2,
    updates: [{ block: "coef, amplitude, sd", method }],
    design,
    y,
    logPrior: (theta) =>
      scales.reduce(
        (sum, { logDensity }, s) => sum + logDensity(theta[p + s]!),
        coefficients.logDensity(theta),
      ),
    samplePrior,
    ...rowsOf(observations),
    ...steps,
  };
}

/** What an expert says of each row. */
function rowsOf({ n, y, design: { X, offset } }: Observations): Pick<
  Expert,
  "mean" | "variance" | "logDensity" | "cumulative" | "simulate"
> & {
  score(theta: Vector, out: Matrix): void;
} {
  const p = X.columns;
  const fitted = new Float64Array(n);

  /** out[i] = tanh(x[i]'coef + offset[i]). */
  function curve(theta: Vector, out: Vector): void {
    linearPredictor(X.data, p, n, theta, out);
    for (let i = 0; i < n; i++) out[i] = tanh(out[i]! + (offset === undefined ? 0 : offset[i]!));
  }

  function mean(theta: Vector, out: Vector): void {
    curve(theta, out);
    for (let i = 0; i < n; i++) out[i] = out[i]! * theta[p]!;
  }

  return {
    mean,
    variance: (theta, out) => void out.fill(theta[p + 1]! ** 2),

    logDensity(theta, out) {
      mean(theta, out);
      const sd = theta[p + 1]!;
      const constant = -fastLog(sd) - HALF_LOG_2PI;
      for (let i = 0; i < n; i++) out[i] = constant - 0.5 * ((y[i]! - out[i]!) / sd) ** 2;
    },

    cumulative(theta, out) {
      mean(theta, out);
      for (let i = 0; i < n; i++) out[i] = fastNormalCdf((y[i]! - out[i]!) / theta[p + 1]!);
    },

    simulate(rng, theta, rows, into) {
      mean(theta, fitted);
      for (const i of rows) into[i] = fitted[i]! + theta[p + 1]! * normal(rng);
    },

    score(theta, { data: out }) {
      curve(theta, fitted);
      const amplitude = theta[p]!;
      const precision = 1 / theta[p + 1]! ** 2;
      for (let i = 0, at = 0; i < n; i++) {
        const t = fitted[i]!;
        const residual = y[i]! - amplitude * t;
        const slope = precision * residual * amplitude;
        for (let j = 0; j < p; j++) out[at++] = slope * (1 - t * t) * X.data[i * p + j]!;
        out[at++] = slope * t;
        out[at++] = precision * residual * residual - 1;
      }
    },
  };
}
