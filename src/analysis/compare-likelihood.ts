import type { ComparedLikelihood } from "../../diagnostics/findings/compare-evidence.ts";
import { type LabelledDraws, pooled, variable } from "../core/draws.ts";
import { logJoint, mixtureScratch, sumOutAllocation } from "../core/mixture.ts";
import type { Target } from "../core/target.ts";
import { componentNames } from "../core/variables.ts";
import { matrix, row } from "../math/matrix.ts";
import { mean, standardDeviation } from "../math/moments.ts";
import { quantileSorted, sorted } from "../math/order.ts";
import type { ComparedMaximum } from "./compare-maximum.ts";
import type { Fitted } from "./fitted.ts";

/** The log-likelihood under the posterior, at its means, and at the maximum. */
export function comparedLikelihood(
  { draws, target }: Fitted,
  labelled: LabelledDraws | undefined,
  { summary }: ComparedMaximum,
): ComparedLikelihood {
  const values = pooled(variable(draws, "log_likelihood"));
  const ascending = sorted(values);
  return {
    posteriorMean: mean(values),
    posteriorSd: standardDeviation(values),
    q5: quantileSorted(ascending, 0.05),
    q95: quantileSorted(ascending, 0.95),
    maximum: summary.logLikelihood,
    df: summary.df,
    atPosteriorMean: labelled === undefined ? null : atMeans(target, labelled),
  };
}

/** At the means of the labelled parameters. */
function atMeans(target: Target, labelled: LabelledDraws): number {
  const K = target.capacity;
  const d = target.expert.dimension;
  const theta = matrix(K, d);
  const gamma = matrix(K, target.gate.dimension);
  for (let k = 0; k < K; k++) {
    const means = componentNames(target, k + 1).map((name) =>
      mean(pooled(variable(labelled, name))),
    );
    row(theta, k).set(means.slice(1, 1 + d));
    row(gamma, k).set(means.slice(1 + d));
  }
  const scratch = mixtureScratch(target);
  const state = { theta, gamma, z: new Int32Array(target.n) };
  return sumOutAllocation(logJoint(target, state, scratch), scratch);
}
