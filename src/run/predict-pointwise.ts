import type { Draws } from "../core/draws.ts";
import type { DrawIndex } from "../core/posterior.ts";
import type { Target } from "../core/target.ts";
import type { Matrix } from "../math/matrix.ts";
import { drawnMixture } from "./predict-mixture.ts";

/** P(new y ≤ y[i] | x[i]) of each row under each draw: n × S, the companion of the pointwise log-likelihood. */
export function pointwiseCumulative(
  target: Target,
  draws: Draws,
  picks: readonly DrawIndex[],
): Matrix {
  return drawnMixture(target, draws, picks).cdf(target.expert.y.slice());
}
