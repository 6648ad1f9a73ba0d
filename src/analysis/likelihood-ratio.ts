import { UsageError } from "../core/errors.ts";
import { chiSquaredUpper } from "../math/stdlib.ts";
import type { Maximum } from "./maximum.ts";

/** The likelihood-ratio test of a model within another. */
export interface LikelihoodRatio {
  /** 2 (log-likelihood of the larger − that of the smaller). */
  readonly statistic: number;
  /** How many parameters the larger has more. */
  readonly df: number;
  /** P(χ² with df degrees of freedom > statistic). */
  readonly pValue: number;
}

/** Falls below this, relative to 1 + |log-likelihood|, are what maximizing leaves. */
const ROUNDING = 1e-7;

/**
 * Tests the smaller of two models of the same rows with the same number of experts against the larger, such as one with
 * more terms in the gate, by χ². That the one is within the other is for the user to know; throws a UsageError where it
 * cannot be: other rows, numbers of experts or families, no more parameters, a lower likelihood. Source: [wilks1938].
 */
export function likelihoodRatioTest(one: Maximum, other: Maximum): LikelihoodRatio {
  const [small, large] = one.summary.df <= other.summary.df ? [one, other] : [other, one];
  checkComparable(small, large);
  const df = large.summary.df - small.summary.df;
  const gain = large.summary.logLikelihood - small.summary.logLikelihood;
  if (df === 0) {
    throw new UsageError(
      `one model must have more parameters than the other to contain it; both have ${small.summary.df}`,
    );
  }
  if (gain < -ROUNDING * (1 + Math.abs(small.summary.logLikelihood))) {
    throw new UsageError(
      "a model must fit at least as well as one that it contains; the log-likelihood is " +
        `${large.summary.logLikelihood} with ${large.summary.df} parameters, ${small.summary.logLikelihood} with ` +
        `${small.summary.df}: they are not nested, or the larger needs more starts`,
    );
  }
  const statistic = Math.max(0, 2 * gain);
  return { statistic, df, pValue: chiSquaredUpper(statistic, df) };
}

function checkComparable(small: Maximum, large: Maximum): void {
  const [K, other] = [small, large].map(({ state }) => state.theta.rows);
  if (K !== other) {
    throw new UsageError(
      `χ² needs the same number of experts; got ${K} and ${other}: use countTest, as the parameters of an expert that ` +
        "is not there are not identified",
    );
  }
  for (const { settings, ok } of [small, large]) {
    if (settings.priorWeight > 0 || settings.variant !== "em") {
      throw new UsageError(
        "a likelihood-ratio test must be of maxima of the likelihood; found penalties or another variant of EM",
      );
    }
    if (!ok) {
      throw new UsageError(
        "a likelihood-ratio test must be of regular maxima; one of the fits has problems: see its verdict",
      );
    }
  }
  const families = [small, large].map(({ run }) => run.model.experts.family);
  if (families[0] !== families[1]) {
    throw new UsageError(`χ² needs experts of one family; got ${families.join(" and ")}`);
  }
  const [ours, theirs] = [small, large].map(({ fitted }) => fitted.compiled.target.expert.y);
  if (ours!.length !== theirs!.length || ours!.some((y, i) => y !== theirs![i])) {
    throw new UsageError(
      `both models must be fitted to the same rows and the same response; they have ${ours!.length} and ` +
        `${theirs!.length} rows; drop rows with missing values first`,
    );
  }
}
