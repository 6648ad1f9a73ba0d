import type { MarginalPosterior } from "../../src/core/marginal-posterior.ts";
import type { Target } from "../../src/core/target.ts";
import { logSumExp } from "../../src/math/log-sum-exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import type { Rng } from "../../src/math/rng.ts";
import { logGamma } from "../../src/math/stdlib.ts";
import { renumbered } from "./build.ts";
import type { Guides } from "./moves.ts";

/** Log of prior times likelihood over the density of a reference: what integrates to p(y) under the reference. */
export interface LogRatios {
  /** At a draw of the reference; −Infinity where it is in another numbering than that of the guides. */
  draw(rng: Rng): number;
  /** At a point of the posterior in any numbering, its log-likelihood being known. */
  at(point: Vector, logLikelihood: number): number;
}

/** Ratios at points in one numbering, each standing for its K! numberings. */
export function logRatios(
  target: Target,
  posterior: MarginalPosterior,
  { reference, labels }: Guides,
): LogRatios {
  const point = new Float64Array(reference.dimension);
  const white = new Float64Array(reference.dimension);
  const order = new Int32Array(posterior.layout.components);
  const prior = priorOfNumberings(target, posterior);
  return {
    draw(rng) {
      const squares = reference.draw(rng, point);
      if (!labels.isCanonical(point)) return Number.NEGATIVE_INFINITY;
      return prior(point) + posterior.logLikelihood(point) - reference.logDensity(squares);
    },
    at(own, logLikelihood) {
      labels.order(own, order);
      const canonical = renumbered(posterior.layout, own, order);
      const squares = reference.whiten(canonical, white);
      return prior(canonical) + logLikelihood - reference.logDensity(squares);
    },
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
