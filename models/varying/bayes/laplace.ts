import { fastLog } from "../../../src/math/exp.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import { newton } from "../../../src/math/newton.ts";
import { multivariateNormal, multivariateT } from "../../../src/math/random/elliptical.ts";
import type { Rng } from "../../../src/math/rng.ts";
import type { Coordinate } from "../../experts/coordinate-prior.ts";
import { type FreeProblem, freeProblem } from "./free-problem.ts";
import type { Functions } from "./functions.ts";
import type { RowTerms } from "./row-terms.ts";

/** Degrees of freedom of the proposal: heavier tails than those of a likelihood times normal densities. */
const DF = 12;
/** The proposal only has to be close: its search ends with a step that promises less than half of this. */
const NEAR = 0.05;
const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);

/** Steps on functions whose linear predictors have any smooth likelihood. */
export interface LaplaceFunctions {
  /** Fixes the likelihood and the scales (those of `point`), and raises the priors to `priorWeight`. */
  load(point: Vector, terms: RowTerms, priorWeight: number): void;
  /** Finds the mode of levels and shapes given the scales, by a search from these levels and shapes of 0. */
  findMode(levels: Vector): void;
  /** Levels and shapes of the mode, into `point`. */
  toMode(point: Vector): void;
  /** Draws levels and shapes from a t, or a normal, around the mode, into `point`; returns log joint − log density. */
  draw(rng: Rng, point: Vector): number;
  /** The same number at the levels and shapes of `point`. */
  logWeight(point: Vector): number;
}

/** isQuadratic: the log density given the scales is, so that one step of Newton's reaches its mode, and draws are exact. */
export function laplaceFunctions(
  functions: Functions,
  levels: readonly Coordinate[],
  isQuadratic = false,
): LaplaceFunctions {
  const { length, start } = functions.rows;
  const problem = freeProblem(functions, levels);
  const { factor, evaluate, newtonStep } = problem;
  const mode = new Float64Array(length);
  const free = new Float64Array(length);
  const proposal = isQuadratic ? multivariateNormal(length) : multivariateT(length, DF);
  const climb = isQuadratic
    ? oneStep(problem, length)
    : newton({ dimension: length, evaluate, newtonStep });
  const logJoint = exactJoint(problem, levels, start, length);
  return {
    load: problem.load,

    findMode(from) {
      mode.fill(0);
      levels.forEach(({ lower, upper }, j) => {
        mode[start[j]!] = Math.min(Math.max(from[j]!, lower), upper);
      });
      climb(mode, NEAR);
    },

    toMode: (point) => functions.setFree(mode, point),

    draw(rng, point) {
      const logDensity = proposal.draw(rng, mode, factor, free);
      functions.setFree(free, point);
      return logJoint(free) - logDensity;
    },

    logWeight(point) {
      functions.free(point, free);
      return logJoint(free) - proposal.logDensity(mode, factor, free);
    },
  };
}

function oneStep({ evaluate, newtonStep }: FreeProblem, length: number): (mode: Vector) => void {
  const step = new Float64Array(length);
  return (mode) => {
    evaluate(mode);
    if (!(newtonStep(mode, step) > 0)) return;
    for (let a = 0; a < length; a++) mode[a] = mode[a]! + step[a]!;
  };
}

/** log p(levels, shapes) + log-likelihood, all constants of the priors included. */
function exactJoint(
  { shapesSquared, likelihood }: FreeProblem,
  levels: readonly Coordinate[],
  start: readonly number[],
  length: number,
): (free: Vector) => number {
  const constant = (length - levels.length) * HALF_LOG_2PI;
  return (free) => {
    let prior = -0.5 * shapesSquared(free) - constant;
    levels.forEach(({ logDensity, logJacobian }, j) => {
      const x = free[start[j]!]!;
      const density = logDensity(x);
      prior += density === Number.NEGATIVE_INFINITY ? density : density + logJacobian(x);
    });
    return prior === Number.NEGATIVE_INFINITY ? prior : prior + likelihood(free);
  };
}
