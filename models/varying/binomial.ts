import { ROW, type RowFamily } from "../../src/core/varying.ts";
import { binomialCdf, logChoose } from "../../src/math/binomial.ts";
import { fastLog } from "../../src/math/exp.ts";
import { logistic } from "../../src/math/log-sum-exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { binomial } from "../../src/math/random/binomial.ts";
import { softplus } from "../../src/math/softplus.ts";

/** Numbers of successes in `trials`, with log odds eta. */
export function binomialRows(y: Vector, trials: Vector): RowFamily {
  const logWays = y.map((count, i) => logChoose(trials[i]!, count));
  return {
    name: "binomial",
    dispersion: "none",

    logDensity: (i, eta) => logWays[i]! + y[i]! * eta - trials[i]! * softplus(eta),

    differentiate(i, eta, _s, out) {
      const p = logistic(eta);
      const information = trials[i]! * p * (1 - p);
      out.fill(0);
      out[ROW.value] = logWays[i]! + y[i]! * eta - trials[i]! * softplus(eta);
      out[ROW.eta] = y[i]! - trials[i]! * p;
      out[ROW.etaEta] = -information;
      out[ROW.etaInfo] = information;
    },

    mean: (i, eta) => trials[i]! * logistic(eta),
    variance: (i, eta) => trials[i]! * logistic(eta) * logistic(-eta),
    cdf: (i, at, eta) => binomialCdf(at, trials[i]!, eta),
    sample: (rng, i, eta) => binomial(rng, trials[i]!, logistic(eta)),
    working: (i) => fastLog(y[i]! + 0.5) - fastLog(trials[i]! - y[i]! + 0.5),
    startDispersion: () => 0,
    penalty: (_s, out) => void out.fill(0),
  };
}
