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

/** A reference that nothing else moves all parameters beside is used only with a score at least as good as this. */
export const GOOD_ENOUGH: Score = { accepted: 0.1, stuck: 0.05 };

/** A canonical point of the chain, and the place of the component whose gate row the prior may hold at zero there. */
export interface Visited {
  readonly point: Vector;
  readonly base: number;
}

/** Scores a reference on points of the chain by proposals that are always the same. */
export function scoreOn(
  visited: readonly Visited[],
  posterior: MarginalPosterior,
  reference: Reference,
  labels: Labels,
): Score {
  const D = reference.dimension;
  const rng = createRng(STREAM, D);
  const point = new Float64Array(D);
  const bases = new Set(visited.map(({ base }) => base));
  /** Log weights of the proposals, by base. */
  const proposals = new Map([...bases].map((base) => [base, new Float64Array(PROPOSALS)]));
  for (let s = 0; s < PROPOSALS; s++) {
    const squares = reference.draw(rng, point);
    const isCanonical = labels.isCanonical(point);
    const ratio = isCanonical ? posterior.logLikelihood(point) - reference.logDensity(squares) : 0;
    for (const [base, weights] of proposals) {
      const weight = isCanonical ? ratio + posterior.logPrior(point, base) : Number.NaN;
      weights[s] = Number.isNaN(weight) ? Number.NEGATIVE_INFINITY : weight;
    }
  }
  let total = 0;
  let stuck = 0;
  for (const { point: state, base } of visited) {
    const own = posterior.value(state, base) - reference.logDensity(reference.whiten(state, point));
    const mean = meanAcceptance(proposals.get(base)!, own);
    total += mean;
    if (mean < SELDOM) stuck++;
  }
  return { accepted: total / visited.length, stuck: stuck / visited.length };
}

/** Of proposals with these log weights, from a state with one of its own. */
const meanAcceptance = (proposed: Vector, own: number): number =>
  proposed.reduce((sum, one) => sum + (one >= own ? 1 : fastExp(one - own)), 0) / proposed.length;
