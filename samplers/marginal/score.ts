import type { MarginalPosterior } from "../../src/core/marginal-posterior.ts";
import { fastExp } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { createRng } from "../../src/math/rng.ts";
import type { Labels } from "./labels.ts";
import type { Reference } from "./reference.ts";

const PROPOSALS = 80;
const STREAM = 19_940;
/** A state left with a smaller probability than this holds a chain up for long. */
const SELDOM = 0.02;

/** How a reference would serve independence Metropolis, judged on states that it had no part in. */
export interface Score {
  /** Mean probability of accepting a proposal. */
  readonly accepted: number;
  /** Share of the states that are left with probability below 0.02. */
  readonly stuck: number;
}

/** The reference is used only with a score at least as good as this. */
export const GOOD_ENOUGH: Score = { accepted: 0.1, stuck: 0.05 };

/** Scores a reference on canonical points of the chain by proposals that are always the same. */
export function scoreOn(
  points: readonly Vector[],
  posterior: MarginalPosterior,
  reference: Reference,
  labels: Labels,
  base: number,
): Score {
  const D = reference.dimension;
  const rng = createRng(STREAM, D);
  const point = new Float64Array(D);
  const proposals = Float64Array.from({ length: PROPOSALS }, () => {
    const squares = reference.draw(rng, point);
    if (!labels.isCanonical(point)) return Number.NEGATIVE_INFINITY;
    const value = posterior.value(point, base);
    return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value - reference.logDensity(squares);
  });
  let total = 0;
  let stuck = 0;
  for (const state of points) {
    const own = posterior.value(state, base) - reference.logDensity(reference.whiten(state, point));
    const mean =
      proposals.reduce((sum, one) => sum + (one >= own ? 1 : fastExp(one - own)), 0) / PROPOSALS;
    total += mean;
    if (mean < SELDOM) stuck++;
  }
  return { accepted: total / points.length, stuck: stuck / points.length };
}
