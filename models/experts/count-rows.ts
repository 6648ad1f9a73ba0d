import type { Observations } from "../../src/core/data.ts";
import type { ExpertRows } from "../../src/core/expert-rows.ts";
import { fastExp } from "../../src/math/exp.ts";
import { logistic } from "../../src/math/log-sum-exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { logNegativeBinomial } from "../../src/math/negative-binomial.ts";
import { risingCurvature, risingSlope } from "../../src/math/rising.ts";
import { softplus } from "../../src/math/softplus.ts";
import { logisticGap } from "./negative-binomial-likelihood.ts";

/** Beyond these log sizes the distribution changes no more in double precision. */
const FURTHEST = 200;

type OfRow = (i: number) => number;

/** Counts with log link; logFactorial(i) is log y[i]! of the present response. */
export function poissonRows(observations: Observations, logFactorial: OfRow): ExpertRows {
  const { y } = observations;
  return {
    ...designOf(observations),
    others: 0,
    logDensity(from, eta, _, out) {
      for (let i = 0; i < eta.length; i++) {
        out[i] = y[from + i]! * eta[i]! - fastExp(eta[i]!) - logFactorial(from + i);
      }
    },
    slopes(from, eta, _, out) {
      for (let i = 0; i < eta.length; i++) {
        const mean = fastExp(eta[i]!);
        out.eta[i] = y[from + i]! - mean;
        out.etaEta[i] = -mean;
      }
    },
  };
}

/** Successes with logit link; logWays(i) is the log of the binomial coefficient of the present response. */
export function binomialRows(
  observations: Observations,
  trials: Vector,
  logWays: OfRow,
): ExpertRows {
  const { y } = observations;
  return {
    ...designOf(observations),
    others: 0,
    logDensity(from, eta, _, out) {
      for (let i = 0; i < eta.length; i++) {
        const at = from + i;
        out[i] = logWays(at) + y[at]! * eta[i]! - trials[at]! * softplus(eta[i]!);
      }
    },
    slopes(from, eta, _, out) {
      for (let i = 0; i < eta.length; i++) {
        const p = logistic(eta[i]!);
        const mean = trials[from + i]! * p;
        out.eta[i] = y[from + i]! - mean;
        out.etaEta[i] = -mean * logistic(-eta[i]!);
      }
    },
  };
}

/** Counts with log link and u = log φ. Source: [lawless1987]. */
export function negativeBinomialCounts(
  observations: Observations,
  logFactorial: OfRow,
): ExpertRows {
  const { y } = observations;
  return {
    ...designOf(observations),
    others: 1,
    logDensity(from, eta, u, out) {
      if (!(Math.abs(u) < FURTHEST)) {
        out.fill(Number.NEGATIVE_INFINITY);
        return;
      }
      const size = fastExp(u);
      for (let i = 0; i < eta.length; i++) {
        const log = logFactorial(from + i);
        out[i] = Number.isFinite(log)
          ? logNegativeBinomial(y[from + i]!, eta[i]!, size, log)
          : -log;
      }
    },
    slopes(from, eta, u, out, second) {
      const size = fastExp(u);
      for (let i = 0; i < eta.length; i++) {
        const count = y[from + i]!;
        const odds = eta[i]! - u;
        const q = logistic(odds);
        const gap = size * logisticGap(odds);
        const slope = count - (count + size) * q;
        out.eta[i] = slope;
        out.u[i] = count * q + gap - risingSlope(size, count);
        if (!second) continue;
        const spread = q * logistic(-odds);
        out.etaEta[i] = -(count + size) * spread;
        out.etaU[i] = q * slope;
        out.uu[i] = risingCurvature(size, count) - count * spread + gap + size * q * q;
      }
    },
  };
}

function designOf({ design: { X, offset } }: Observations) {
  return offset === undefined ? { X } : { X, offset };
}
