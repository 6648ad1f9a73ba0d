import { cholesky, solveCholesky } from "../../../src/math/cholesky.ts";
import { fastLog } from "../../../src/math/exp.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import { newton } from "../../../src/math/newton.ts";
import { multivariateT } from "../../../src/math/random/multivariate-t.ts";
import { sliceSample } from "../../../src/math/random/slice.ts";
import { type Rng, uniform } from "../../../src/math/rng.ts";
import type { Coordinate } from "../../experts/coordinate-prior.ts";
import type { Functions } from "./functions.ts";

/** Degrees of freedom of the proposal: heavier tails than those of a likelihood times normal densities. */
const DF = 12;
/** The proposal only has to be close: its search ends with a step that promises less than half of this. */
const NEAR = 0.05;
const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);
/** Shares of the diagonal that are added until a matrix of curvatures is positive definite. */
const LIFTS = [0, 1e-8, 0.01, 1, 100];

/** A log-likelihood as a sum over rows of functions of their linear predictors. */
export interface RowTerms {
  /** Which rows, all if undefined, and how many. */
  readonly rows: Int32Array | undefined;
  readonly count: number;
  value(eta: Vector): number;
  /** The value; writes each row's slope, and its curvature with the sign turned, never negative. */
  derivatives(eta: Vector, slope: Vector, bend: Vector): number;
}

/** Steps on functions whose linear predictors have any smooth likelihood. */
export interface LaplaceFunctions {
  /** Fixes the likelihood and the scales (those of `point`), and raises the priors to `priorWeight`. */
  load(point: Vector, terms: RowTerms, priorWeight: number): void;
  /** Finds the mode of levels and shapes given the scales, by a search from these levels and shapes of 0. */
  findMode(levels: Vector): void;
  /** Levels and shapes of the mode, into `point`. */
  toMode(point: Vector): void;
  /** Draws levels and shapes from a t around the mode, into `point`; returns log joint − log density of the draw. */
  draw(rng: Rng, point: Vector): number;
  /** The same number at the levels and shapes of `point`. */
  logWeight(point: Vector): number;
}

export function laplaceFunctions(
  functions: Functions,
  levels: readonly Coordinate[],
): LaplaceFunctions {
  const { rows } = functions;
  const { length, n, start } = rows;
  const scale = new Float64Array(length);
  const mode = new Float64Array(length);
  const linear = new Float64Array(length);
  const gradient = new Float64Array(length);
  const factor = new Float64Array(length * length);
  const curvature = new Float64Array(length * length);
  const proposal = new Float64Array(length);
  const eta = new Float64Array(n);
  const slope = new Float64Array(n);
  const bend = new Float64Array(n);
  const slopes = new Float64Array(2);
  const t = multivariateT(length, DF);
  const isLevel = new Uint8Array(length);
  for (const at of start) isLevel[at] = 1;
  let terms: RowTerms | undefined;
  let weight = 1;

  function predict(free: Vector): void {
    for (let a = 0; a < length; a++) linear[a] = scale[a]! * free[a]!;
    rows.predict(linear, terms!.rows, eta);
  }

  function shapesSquared(free: Vector): number {
    let total = 0;
    for (let a = 0; a < length; a++) if (isLevel[a] === 0) total += free[a]! ** 2;
    return total;
  }

  function evaluate(free: Vector): number {
    predict(free);
    let prior = -0.5 * weight * shapesSquared(free);
    levels.forEach(({ height, lower, upper }, j) => {
      const x = free[start[j]!]!;
      prior += x >= lower && x <= upper ? height(x, weight, 1) : Number.NEGATIVE_INFINITY;
    });
    if (prior === Number.NEGATIVE_INFINITY) return prior;
    return prior + terms!.derivatives(eta, slope, bend);
  }

  function newtonStep(free: Vector, step: Vector): number {
    rows.cross(terms!.rows, slope, gradient);
    rows.gram(terms!.rows, bend, curvature);
    for (let a = 0; a < length; a++) {
      gradient[a] = scale[a]! * gradient[a]! - (isLevel[a] === 0 ? weight * free[a]! : 0);
      for (let b = 0; b <= a; b++) {
        curvature[a * length + b] = scale[a]! * scale[b]! * curvature[a * length + b]!;
      }
      if (isLevel[a] === 0) curvature[a * (length + 1)] = curvature[a * (length + 1)]! + weight;
    }
    levels.forEach((level, j) => {
      const at = start[j]!;
      level.slopes(free[at]!, weight, 1, slopes);
      gradient[at] = gradient[at]! + slopes[0]!;
      const own = curvature[at * (length + 1)]! - slopes[1]!;
      curvature[at * (length + 1)] = own;
    });
    if (!LIFTS.some(factorize)) return Number.NaN;
    step.set(gradient);
    solveCholesky(factor, length, step);
    let promised = 0;
    for (let a = 0; a < length; a++) promised += gradient[a]! * step[a]!;
    return promised;
  }

  function factorize(lift: number): boolean {
    factor.set(curvature);
    for (let a = 0; a < length; a++) {
      const at = a * (length + 1);
      if (lift > 0) factor[at] = (1 + lift) * Math.abs(curvature[at]!) + lift * 1e-6;
    }
    return cholesky(factor, length);
  }

  const climb = newton({ dimension: length, evaluate, newtonStep });

  /** log p(levels, shapes) + log-likelihood, all constants of the priors included. */
  function logJoint(free: Vector): number {
    let prior = -0.5 * shapesSquared(free) - (length - levels.length) * HALF_LOG_2PI;
    levels.forEach(({ logDensity, logJacobian }, j) => {
      const x = free[start[j]!]!;
      const density = logDensity(x);
      prior += density === Number.NEGATIVE_INFINITY ? density : density + logJacobian(x);
    });
    if (prior === Number.NEGATIVE_INFINITY) return prior;
    predict(free);
    return prior + terms!.value(eta);
  }

  return {
    load(point, given, priorWeight) {
      terms = given;
      weight = priorWeight;
      functions.multipliers(point, scale);
    },

    findMode(from) {
      mode.fill(0);
      levels.forEach(({ lower, upper }, j) => {
        mode[start[j]!] = Math.min(Math.max(from[j]!, lower), upper);
      });
      climb(mode, NEAR);
    },

    toMode: (point) => functions.setFree(mode, point),

    draw(rng, point) {
      const logDensity = t.draw(rng, mode, factor, proposal);
      functions.setFree(proposal, point);
      return logJoint(proposal) - logDensity;
    },

    logWeight(point) {
      functions.free(point, proposal);
      return logJoint(proposal) - t.logDensity(mode, factor, proposal);
    },
  };
}

/**
 * Updates all coordinates: levels and shapes given the scales by independence Metropolis from `laplace`, whose mode was
 * found from what `point` does not hold; each scale by a slice; then along s v constant. Source: [tierney1994] §2.3.2.
 * Returns whether the proposal was accepted.
 */
export function smoothFunctions(functions: Functions, laplace: LaplaceFunctions) {
  const { rows, varying, psi } = functions;
  const linear = new Float64Array(rows.length);
  const proposal = new Float64Array(functions.size);
  const base = new Float64Array(rows.n);
  const term = new Float64Array(rows.n);
  const eta = new Float64Array(rows.n);

  function sliceScale(rng: Rng, point: Vector, f: number, terms: RowTerms): void {
    const at = functions.scaleAt(f);
    functions.toLinear(point, linear);
    rows.predict(linear, terms.rows, base);
    linear[rows.start[varying[f]!]!] = 0;
    rows.predictTerm(varying[f]!, linear, terms.rows, term);
    const from = point[at]!;
    const logDensity = (s: number): number => {
      const more = s / from - 1;
      for (let m = 0; m < terms.count; m++) eta[m] = base[m]! + more * term[m]!;
      return terms.value(eta) - 0.5 * (s / psi) ** 2;
    };
    point[at] = sliceSample(rng, logDensity, from, 0.5 * psi);
  }

  return (rng: Rng, point: Vector, terms: RowTerms, levels: Vector): boolean => {
    laplace.load(point, terms, 1);
    laplace.findMode(levels);
    proposal.set(point);
    const logRatio = laplace.draw(rng, proposal) - laplace.logWeight(point);
    const accepted = fastLog(uniform(rng)) < logRatio;
    if (accepted) point.set(proposal);
    for (let f = 0; f < varying.length; f++) sliceScale(rng, point, f, terms);
    functions.interweave(rng, point);
    return accepted;
  };
}
