import type { Members, Observations } from "../../src/core/data.ts";
import { fastLog } from "../../src/math/exp.ts";
import { logistic } from "../../src/math/log-sum-exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { softplus } from "../../src/math/softplus.ts";
import { type LinearPriors, linearRows } from "./linear-rows.ts";
import type { SmoothLikelihood } from "./smooth-posterior.ts";

/** Added to successes and failures before the first guess takes their logarithms. */
const HALF = 0.5;

/**
 * The likelihood of regressions with logit link, concave in the coefficients; `logWays(i)` is the log of the binomial
 * coefficient of the present response. Source: [mccullagh1989] §4.4.
 */
export function binomialLikelihood(
  observations: Observations,
  trials: Vector,
  logWays: (i: number) => number,
  priors: LinearPriors,
): SmoothLikelihood {
  const { n, y, design } = observations;
  const offset = design.offset;
  const x = linearRows(observations, priors);
  const response = new Float64Array(n);
  const eta = new Float64Array(n);
  const slope = new Float64Array(n);
  const bend = new Float64Array(n);
  let constant = 0;

  /** weight · (y eta − trials log(1 + e^eta)). */
  const term = (m: number, at: number): number => {
    const i = x.rows[m]!;
    return x.weight[m]! * (y[i]! * at - trials[i]! * softplus(at));
  };

  return {
    load(members: Members) {
      x.load(members);
      const { rows, weight } = members;
      constant = 0;
      for (let m = 0; m < rows.length; m++) constant += weight[m]! * logWays(rows[m]!);
    },

    guess(point, priorWeight) {
      for (let m = 0; m < x.rows.length; m++) {
        const i = x.rows[m]!;
        const successes = y[i]! + HALF;
        const failures = trials[i]! - y[i]! + HALF;
        bend[m] = (x.weight[m]! * successes * failures) / (successes + failures);
        response[i] = fastLog(successes) - fastLog(failures) - (offset?.[i] ?? 0);
      }
      return x.leastSquares(bend, response, priorWeight, point);
    },

    evaluate(point) {
      x.predict(point, eta);
      let total = constant;
      for (let m = 0; m < x.rows.length; m++) total += term(m, eta[m]!);
      return total;
    },

    derivatives(gradient, curvature) {
      for (let m = 0; m < x.rows.length; m++) {
        const i = x.rows[m]!;
        const p = logistic(eta[m]!);
        slope[m] = x.weight[m]! * (y[i]! - trials[i]! * p);
        bend[m] = x.weight[m]! * trials[i]! * p * logistic(-eta[m]!);
      }
      gradient.fill(0);
      x.addScore(slope, gradient);
      x.writeCurvature(bend, gradient.length, curvature);
    },

    along(point, j) {
      x.predictWithout(point, j, eta);
      const { data, columns } = design.X;
      return (value) => {
        let total = 0;
        for (let m = 0; m < x.rows.length; m++) {
          total += term(m, eta[m]! + data[x.rows[m]! * columns + j]! * value);
        }
        return total;
      };
    },
  };
}
