import type { Observations } from "../../src/core/data.ts";
import { fastExp } from "../../src/math/exp.ts";
import { logistic } from "../../src/math/log-sum-exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { logRising, risingCurvature, risingSlope } from "../../src/math/rising.ts";
import { softplus } from "../../src/math/softplus.ts";
import { type LinearPriors, type LinearRows, linearRows } from "./linear-rows.ts";
import { negativeBinomialStart } from "./negative-binomial-start.ts";
import { type CountTally, countTally } from "./negative-binomial-tally.ts";
import type { SmoothLikelihood } from "./smooth-posterior.ts";

/** Beyond these log sizes the likelihood changes no more in double precision, and its terms would overflow. */
const LOWEST = -690;
const HIGHEST = 230;
/** Below these odds of mean and size, a series keeps the digits of a difference. */
const SMALL_ODDS = 1e-3;

/** The members fixed last; `eta` are log means, or parts of them. */
interface Loaded {
  readonly observations: Observations;
  readonly x: LinearRows;
  readonly tally: CountTally;
  readonly eta: Vector;
}

/**
 * The likelihood of regressions with log link, as a function of (coefficients, log φ): concave in the coefficients.
 * logFactorial(i) is log y[i]! of the present response. Source: [lawless1987].
 */
export function negativeBinomialLikelihood(
  observations: Observations,
  logFactorial: (i: number) => number,
  priors: LinearPriors,
): SmoothLikelihood {
  const { n, y, design } = observations;
  const p = design.X.columns;
  const x = linearRows(observations, priors);
  const tally = countTally(y);
  const eta = new Float64Array(n);
  const loaded: Loaded = { observations, x, tally, eta };
  const guess = negativeBinomialStart(observations, x);
  const differentiate = derivativesOf(loaded);
  let constant = 0;
  let logSize = 0;

  return {
    guess,

    load(members) {
      x.load(members);
      tally.load(members);
      const { rows, weight } = members;
      constant = 0;
      for (let m = 0; m < rows.length; m++) constant -= weight[m]! * logFactorial(rows[m]!);
    },

    evaluate(point) {
      x.predict(point, eta);
      logSize = bounded(point[p]!);
      return constant + tally.sum(logRising, fastExp(logSize)) + rowSum(loaded, logSize);
    },

    derivatives: (gradient, curvature) => differentiate(logSize, gradient, curvature),

    along(point, j) {
      if (j < p) return alongCoefficient(loaded, point, j);
      x.predict(point, eta);
      return (value) => {
        const log = bounded(value);
        return tally.sum(logRising, fastExp(log)) + rowSum(loaded, log);
      };
    },
  };
}

const bounded = (x: number): number => Math.min(Math.max(x, LOWEST), HIGHEST);

/** y eta − (y + φ) log(1 + mean / φ). */
const rowTerm = (count: number, eta: number, logSize: number, size: number): number =>
  count * eta - (count + size) * softplus(eta - logSize);

/** Σ weight · rowTerm. */
function rowSum({ observations: { y }, x, eta }: Loaded, logSize: number): number {
  const { rows, weight } = x;
  const size = fastExp(logSize);
  let total = 0;
  for (let m = 0; m < rows.length; m++) {
    total += weight[m]! * rowTerm(y[rows[m]!]!, eta[m]!, logSize, size);
  }
  return total;
}

function alongCoefficient(
  { observations: { y, design }, x, eta }: Loaded,
  point: Vector,
  j: number,
): (value: number) => number {
  const { data, columns } = design.X;
  const { rows, weight } = x;
  x.predictWithout(point, j, eta);
  const logSize = bounded(point[columns]!);
  const size = fastExp(logSize);
  return (value) => {
    let total = 0;
    for (let m = 0; m < rows.length; m++) {
      const i = rows[m]!;
      const at = eta[m]! + data[i * columns + j]! * value;
      total += weight[m]! * rowTerm(y[i]!, at, logSize, size);
    }
    return total;
  };
}

/** Writes the gradient and the negative Hessian at the log means in `eta` and a log size. */
function derivativesOf({ observations: { n, y, design }, x, tally, eta }: Loaded) {
  const p = design.X.columns;
  const slope = new Float64Array(n);
  const bend = new Float64Array(n);
  const cross = new Float64Array(n);
  return (logSize: number, gradient: Vector, curvature: Vector): void => {
    const size = fastExp(logSize);
    let slopeOfSize = -tally.sum(risingSlope, size);
    let bendOfSize = -tally.sum(risingCurvature, size);
    for (let m = 0; m < x.rows.length; m++) {
      const weight = x.weight[m]!;
      const count = y[x.rows[m]!]!;
      const odds = eta[m]! - logSize;
      const q = logistic(odds);
      const spread = q * logistic(-odds);
      const gap = size * logisticGap(odds);
      slope[m] = weight * (count - (count + size) * q);
      bend[m] = weight * (count + size) * spread;
      cross[m] = -q * slope[m]!;
      slopeOfSize += weight * (count * q + gap);
      bendOfSize += weight * (count * spread - gap - size * q * q);
    }
    gradient.fill(0);
    curvature.fill(0);
    x.addScore(slope, gradient);
    x.writeCurvature(bend, p + 1, curvature);
    x.addScore(cross, curvature.subarray(p * (p + 1)));
    gradient[p] = slopeOfSize;
    curvature[p * (p + 2)] = bendOfSize;
  };
}

/** logistic(x) − log(1 + e^x), without loss of digits where both are small. */
export function logisticGap(x: number): number {
  const t = fastExp(x);
  if (t > SMALL_ODDS) return logistic(x) - softplus(x);
  return -t * t * (1 / 2 - t * (2 / 3 - t * (3 / 4 - t * (4 / 5 - (t * 5) / 6))));
}
