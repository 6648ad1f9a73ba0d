import { ROW, type RowFamily } from "../../src/core/varying.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { logistic } from "../../src/math/log-sum-exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { negativeBinomialCdf } from "../../src/math/negative-binomial.ts";
import { gamma } from "../../src/math/random/gamma.ts";
import { poisson } from "../../src/math/random/poisson.ts";
import { logRising, risingCurvature, risingSlope } from "../../src/math/rising.ts";
import { softplus } from "../../src/math/softplus.ts";
import { logGamma } from "../../src/math/stdlib.ts";
import { logisticGap } from "../experts/negative-binomial-likelihood.ts";

/** Where the penalty on log sizes has its top, and the sd of the normal that it is. */
const LOG_SIZE = fastLog(10);
const LOG_SIZE_SD = 2;
/** Beyond these the masses change no more in double precision. */
const LARGEST_LOG = 200;
const LARGEST_MEAN_LOG = 500;
/** Least information about a log size that a row is taken to hold. */
const LEAST = 1e-3;

/** Counts with log mean eta and log size s: variance mean + mean² / size. Source: [lawless1987]. */
export function negativeBinomialRows(y: Vector): RowFamily {
  const logFactorial = y.map((count) => logGamma(count + 1));
  const bounded = (s: number): number => Math.min(Math.max(s, -LARGEST_LOG), LARGEST_LOG);

  function logDensity(i: number, eta: number, s: number): number {
    const logSize = bounded(s);
    const size = fastExp(logSize);
    const count = y[i]!;
    if (eta > LARGEST_MEAN_LOG) return Number.NEGATIVE_INFINITY;
    const mass = logRising(size, count) - logFactorial[i]! + count * eta;
    return mass - (count + size) * softplus(eta - logSize);
  }

  return {
    name: "negative-binomial",
    dispersion: "constant",
    logDensity,

    differentiate(i, eta, s, out) {
      const logSize = bounded(s);
      const size = fastExp(logSize);
      const count = y[i]!;
      const odds = eta - logSize;
      const q = logistic(odds);
      const spread = q * logistic(-odds);
      const gap = size * logisticGap(odds);
      const slope = count - (count + size) * q;
      out[ROW.value] = logDensity(i, eta, s);
      out[ROW.eta] = slope;
      out[ROW.s] = count * q + gap - risingSlope(size, count);
      out[ROW.etaEta] = -(count + size) * spread;
      out[ROW.etaS] = q * slope;
      out[ROW.ss] = -(count * spread - gap - size * q * q - risingCurvature(size, count));
      out[ROW.etaInfo] = (count + size) * spread;
      out[ROW.sInfo] = Math.abs(out[ROW.ss]!) + LEAST;
    },

    mean: (_i, eta) => fastExp(eta),
    variance: (_i, eta, s) => fastExp(eta) + fastExp(2 * eta - bounded(s)),
    cdf: (_i, at, eta, s) => negativeBinomialCdf(at, eta, fastExp(bounded(s))),

    sample(rng, _i, eta, s) {
      const size = fastExp(bounded(s));
      return poisson(rng, (fastExp(eta) * gamma(rng, size)) / size);
    },

    working: (i) => fastLog(y[i]! + 0.5),
    startDispersion: () => LOG_SIZE,

    penalty(s, out) {
      const z = (s - LOG_SIZE) / LOG_SIZE_SD;
      out[0] = -0.5 * z * z;
      out[1] = -z / LOG_SIZE_SD;
      out[2] = -1 / (LOG_SIZE_SD * LOG_SIZE_SD);
    },
  };
}
