import { ROW, type RowFamily } from "../../src/core/varying.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { fastNormalCdf } from "../../src/math/normal-cdf.ts";
import { normal } from "../../src/math/random/normal.ts";

const HALF_LOG_TWO_PI = 0.9189385332046727;

/**
 * Normal responses with mean eta and log sd s. The penalty is that of variances by [chen2008],
 * −(V e^−2s + 2s) with V the variance of the response given the covariates, without mixture.
 */
export function gaussianRows(y: Vector, variance: number): RowFamily {
  return {
    name: "gaussian",
    dispersion: "linear",
    normal: y,

    logDensity(i, eta, s) {
      const scaled = (y[i]! - eta) * fastExp(-s);
      return -HALF_LOG_TWO_PI - s - 0.5 * scaled * scaled;
    },

    differentiate(i, eta, s, out) {
      const e = fastExp(-s);
      const scaled = (y[i]! - eta) * e;
      const square = scaled * scaled;
      out[ROW.value] = -HALF_LOG_TWO_PI - s - 0.5 * square;
      out[ROW.eta] = scaled * e;
      out[ROW.s] = square - 1;
      out[ROW.etaEta] = -e * e;
      out[ROW.etaS] = -2 * scaled * e;
      out[ROW.ss] = -2 * square;
      out[ROW.etaInfo] = e * e;
      out[ROW.sInfo] = 2;
    },

    mean: (_i, eta) => eta,
    variance: (_i, _eta, s) => fastExp(2 * s),
    cdf: (_i, at, eta, s) => fastNormalCdf((at - eta) * fastExp(-s)),
    sample: (rng, _i, eta, s) => eta + fastExp(s) * normal(rng),
    working: (i) => y[i]!,
    startDispersion: (residual) => 0.5 * fastLog(Math.max(residual, SMALLEST * variance)),

    penalty(s, out) {
      const ratio = variance * fastExp(-2 * s);
      out[0] = -ratio - 2 * s;
      out[1] = 2 * ratio - 2;
      out[2] = -4 * ratio;
    },
  };
}

/** Of the variance of the response, where residuals vanish. */
const SMALLEST = 1e-6;
