import { sum } from "../src/math/moments.ts";
import { errorOfSum, logMeanExp, type PointwiseLogLikelihood } from "./pointwise-log-likelihood.ts";
import { kThreshold, smoothWeights, tailLength } from "./psis.ts";
import { relativeEfficiency } from "./relative-efficiency.ts";

/** How the dependence of the draws is told; without either they count as independent. */
export interface LooOptions {
  /** Relative efficiency of exp(log likelihood), one for all rows or one a row. */
  readonly rEff?: number | Float64Array;
  /** Lengths of the chains, in the order of the draws; gives rEff row by row. */
  readonly chainLengths?: readonly number[];
}

/** Leave-one-out predictive accuracy; logs are natural. */
export interface Loo {
  /** Expected log pointwise predictive density, Σ of `pointwise`, and its standard error. */
  readonly elpd: number;
  readonly se: number;
  /** Effective number of parameters and its standard error. */
  readonly pLoo: number;
  readonly sePLoo: number;
  /** −2 elpd. */
  readonly looic: number;
  /** elpd of each row. */
  readonly pointwise: Float64Array;
  /**
   * k-hat of each row: Infinity if its tail was not smoothed, NaN if a log likelihood is not
   * finite.
   */
  readonly paretoK: Float64Array;
  /** Rows above it (`badK` of them, NaN included) have unreliable elpd. */
  readonly kThreshold: number;
  readonly badK: number;
}

/**
 * Leave-one-out cross-validation by Pareto-smoothed importance sampling.
 * elpd is NaN if any log likelihood is not finite. Source: [vehtari2017], [vehtari2024].
 */
export function psisLoo(logLikelihood: PointwiseLogLikelihood, options: LooOptions = {}): Loo {
  const { draws, rows } = logLikelihood;
  const values = new Float64Array(draws);
  const logRatios = new Float64Array(draws);
  const weights = new Float64Array(draws);
  const pointwise = new Float64Array(rows);
  const penalty = new Float64Array(rows);
  const paretoK = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    logLikelihood.column(i, values);
    const length = tailLength(draws, rowEfficiency(i, values, options));
    for (let s = 0; s < draws; s++) logRatios[s] = -values[s]!;
    paretoK[i] = smoothWeights(logRatios, length, weights);
    for (let s = 0; s < draws; s++) weights[s]! += values[s]!;
    pointwise[i] = logMeanExp(weights) + Math.log(draws);
    penalty[i] = logMeanExp(values) - pointwise[i]!;
  }
  const threshold = kThreshold(draws);
  return {
    elpd: sum(pointwise),
    se: errorOfSum(pointwise),
    pLoo: sum(penalty),
    sePLoo: errorOfSum(penalty),
    looic: -2 * sum(pointwise),
    pointwise,
    paretoK,
    kThreshold: threshold,
    badK: paretoK.filter((k) => !(k <= threshold)).length,
  };
}

function rowEfficiency(
  i: number,
  values: Float64Array,
  { rEff, chainLengths }: LooOptions,
): number {
  if (rEff !== undefined) return typeof rEff === "number" ? rEff : rEff[i]!;
  return chainLengths ? relativeEfficiency(values, chainLengths) : 1;
}
