import { sum, variance } from "../src/math/moments.ts";
import { errorOfSum, logMeanExp, type PointwiseLogLikelihood } from "./pointwise-log-likelihood.ts";

/** A row whose log likelihood varies more over the posterior makes the approximation doubtful. */
const WORST_PENALTY = 0.4;

/** The widely applicable information criterion, on the scale of elpd. */
export interface Waic {
  readonly elpd: number;
  readonly se: number;
  /** Effective number of parameters. */
  readonly pWaic: number;
  /** −2 elpd. */
  readonly waic: number;
  /** elpd of each row. */
  readonly pointwise: Float64Array;
  /** Number of rows whose effective number of parameters exceeds 0.4. */
  readonly warnings: number;
}

/**
 * WAIC from pointwise log likelihoods. NaN if one is not finite. Source: [watanabe2010],
 * [vehtari2017].
 */
export function waic(logLikelihood: PointwiseLogLikelihood): Waic {
  const { draws, rows } = logLikelihood;
  const values = new Float64Array(draws);
  const pointwise = new Float64Array(rows);
  const penalty = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    logLikelihood.column(i, values);
    penalty[i] = variance(values);
    pointwise[i] = logMeanExp(values) - penalty[i]!;
  }
  return {
    elpd: sum(pointwise),
    se: errorOfSum(pointwise),
    pWaic: sum(penalty),
    waic: -2 * sum(pointwise),
    pointwise,
    warnings: penalty.filter((p) => p > WORST_PENALTY).length,
  };
}
