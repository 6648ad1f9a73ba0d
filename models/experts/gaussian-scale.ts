import type { Distribution } from "../../src/core/distribution.ts";
import { ModelError } from "../../src/core/errors.ts";
import type { IndependentDeclaration } from "../../src/core/model.ts";
import { climb } from "../../src/math/climb.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { gamma } from "../../src/math/random/gamma.ts";
import { sliceSample } from "../../src/math/random/slice.ts";
import type { Rng } from "../../src/math/rng.ts";
import { compileDistribution } from "../priors/index.ts";

/** Prior of the sd, whichever of sd and variance it was declared on. */
export interface ScalePrior {
  readonly method: string;
  /** Log density of the sd. */
  logDensity(sd: number): number;
  sample(rng: Rng): number;
  /** A draw of the sd given `weight` residuals with the given sum of squares. */
  update(rng: Rng, sd: number, weight: number, residualSquares: number): number;
  /** The sd that maximizes the likelihood of such residuals plus priorWeight · log prior. */
  maximize(sd: number, weight: number, residualSquares: number, priorWeight: number): number;
}

/** Log-likelihood of normal residuals with this total weight and sum of squares, up to a constant. */
export function scaleLikelihood(sd: number, weight: number, squares: number): number {
  return -weight * fastLog(sd) - (0.5 * squares) / (sd * sd);
}

/** The prior that a declaration puts on the variance or the sd, as one on the sd. */
export function scalePrior({ variance, sd }: IndependentDeclaration): ScalePrior {
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
    ...onSd(prior),
    update: (rng, _sd, weight, squares) =>
      Math.sqrt((rate + 0.5 * squares) / gamma(rng, shape + 0.5 * weight)),
    maximize: (_sd, weight, squares, priorWeight) =>
      Math.sqrt((squares + 2 * priorWeight * rate) / (weight + priorWeight * (2 * shape + 1))),
  };
}

/** Density and draws of the sd when the prior is on the variance: the Jacobian is 2 · sd. */
function onSd(prior: Distribution): Pick<Distribution, "logDensity" | "sample"> {
  return {
    logDensity: (sd) => prior.logDensity(sd * sd) + Math.LN2 + fastLog(sd),
    sample: (rng) => Math.sqrt(prior.sample(rng)),
  };
}

function slicedSd(prior: Pick<Distribution, "logDensity" | "sample">): ScalePrior {
  return {
    method: "slice sampling of log sd",
    logDensity: prior.logDensity,
    sample: prior.sample,
    update(rng, sd, weight, squares) {
      const logDensity = (logSd: number) =>
        prior.logDensity(fastExp(logSd)) +
        logSd -
        weight * logSd -
        0.5 * squares * fastExp(-2 * logSd);
      return fastExp(sliceSample(rng, logDensity, fastLog(sd), 1, -Infinity, Infinity));
    },
    maximize(sd, weight, squares, priorWeight) {
      // Without residuals many of these priors are highest at 0, where no chain can start.
      if (!(weight > 0 && squares > 0)) return sd;
      if (priorWeight === 0) return Math.sqrt(squares / weight);
      const height = (logSd: number) =>
        scaleLikelihood(fastExp(logSd), weight, squares) +
        priorWeight * prior.logDensity(fastExp(logSd));
      return fastExp(climb(height, fastLog(sd), 1));
    },
  };
}
