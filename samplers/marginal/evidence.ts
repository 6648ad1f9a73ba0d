import type { MarginalPosterior } from "../../src/core/marginal-posterior.ts";
import type { Target } from "../../src/core/target.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { logSumExp } from "../../src/math/log-sum-exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import type { Rng } from "../../src/math/rng.ts";
import { logGamma } from "../../src/math/stdlib.ts";
import type { Guides } from "./moves.ts";

/** log p(y) by importance sampling. */
export interface ImportanceEvidence {
  readonly logEvidence: number;
  /** Standard error of it. */
  readonly se: number;
  /** How many of the draws would say as much if all had one weight. */
  readonly effective: number;
}

/**
 * The log evidence from independent draws of a reference: the mean over draws of likelihood times prior over density, of
 * canonical points only, each standing for its K! numberings. Trust it where `effective` is a good part of the draws; a
 * mode that the reference does not reach is missing. Source: [chopin2020] §8.
 */
export function importanceEvidence(
  rng: Rng,
  target: Target,
  posterior: MarginalPosterior,
  { reference, labels }: Guides,
  draws: number,
): ImportanceEvidence {
  const point = new Float64Array(reference.dimension);
  const prior = priorOfNumberings(target, posterior);
  const logWeights = Float64Array.from({ length: draws }, () => {
    const squares = reference.draw(rng, point);
    if (!labels.isCanonical(point)) return Number.NEGATIVE_INFINITY;
    return prior(point) + posterior.logLikelihood(point) - reference.logDensity(squares);
  });
  const logTotal = logSumExp(logWeights);
  let squares = 0;
  for (let s = 0; s < draws; s++) squares += fastExp(2 * (logWeights[s]! - logTotal));
  return {
    logEvidence: logTotal - fastLog(draws),
    se: Math.sqrt(Math.max(0, squares - 1 / draws) * (draws / (draws - 1))),
    effective: 1 / squares,
  };
}

/** Log of the sum of the prior densities of a point in all its numberings. */
function priorOfNumberings({ gate }: Target, { layout, logPrior }: MarginalPosterior) {
  const K = layout.components;
  if (gate.fixedRows === 0) return (point: Vector) => logPrior(point, K - 1) + logGamma(K + 1);
  const each = new Float64Array(K);
  return (point: Vector): number => {
    for (let base = 0; base < K; base++) each[base] = logPrior(point, base);
    return logSumExp(each) + logGamma(K);
  };
}
