import { type Matrix, matrix, row, type Vector } from "../src/math/matrix.ts";
import { mean } from "../src/math/moments.ts";
import { type Rng, uniform } from "../src/math/rng.ts";
import { smoothWeights, tailLength } from "./psis.ts";
import { relativeEfficiency } from "./relative-efficiency.ts";

/**
 * Probability integral transform: P(new y ≤ y[i] | data), uniform when predictions are calibrated.
 * cumulative: n × S, the cdf at y[i] in each draw. y[i] is used twice, so the values are a little too central:
 * `looPit` has no such flaw. For counts, `cumulative` is that of `withinSteps`. Source: [gneiting2007].
 */
export function pit(cumulative: Matrix): Vector {
  return Float64Array.from({ length: cumulative.rows }, (_, i) => mean(row(cumulative, i)));
}

/**
 * P(new y ≤ y[i] | data without row i) by Pareto-smoothed importance weights.
 * cumulative, logLikelihood: n × S, of the same draws, chain after chain; chainLengths: how many of each chain,
 * absent where draws are independent. NaN in a row whose log likelihoods are not finite. Source: [vehtari2017].
 */
export function looPit(
  cumulative: Matrix,
  logLikelihood: Matrix,
  chainLengths?: readonly number[],
): Vector {
  const draws = cumulative.columns;
  const logWeights = new Float64Array(draws);
  return Float64Array.from({ length: cumulative.rows }, (_, i) => {
    const values = row(logLikelihood, i);
    const efficiency = chainLengths === undefined ? 1 : relativeEfficiency(values, chainLengths);
    const logRatios = values.map((value) => -value);
    smoothWeights(logRatios, tailLength(draws, efficiency), logWeights);
    const probabilities = row(cumulative, i);
    return probabilities.reduce((sum, p, s) => sum + p * Math.exp(logWeights[s]!), 0);
  });
}

/**
 * The randomised transform for counts: the cdf of each row and draw, at a height of its step at y[i] that is drawn once
 * a row, uniformly; so calibrated predictions are uniform again. at, below: n × S, the cdf at y[i] and at y[i] − 1.
 * Source: [czado2009] §2.1.
 */
export function withinSteps(rng: Rng, at: Matrix, below: Matrix): Matrix {
  const out = matrix(at.rows, at.columns);
  for (let i = 0; i < at.rows; i++) {
    const height = uniform(rng);
    for (let s = i * at.columns; s < (i + 1) * at.columns; s++) {
      out.data[s] = below.data[s]! + height * (at.data[s]! - below.data[s]!);
    }
  }
  return out;
}
