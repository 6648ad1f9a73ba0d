import type { Distribution, DistributionDeclaration } from "../../src/core/distribution.ts";
import type { Matrix } from "../../src/math/matrix.ts";
import { declare } from "../declare.ts";
import { compileDistribution, priorOn } from "../priors/index.ts";
import { type GateObjective, maximizeGate } from "./softmax-maximize.ts";

/** Independent coefficients under a prior that has one peak but need not be normal. */
export interface AnyRowPrior {
  readonly distribution: Distribution;
  /** A step that is neither tiny nor huge beside the prior. */
  readonly width: number;
  readonly centre: number;
}

const onReal = priorOn("real");

/** The prior declared on each gate coefficient. Throws a ModelError where it is not on real numbers. */
export function anyRowPrior(declaration: DistributionDeclaration): AnyRowPrior {
  const distribution = compileDistribution(
    declare(onReal, declaration, "prior of softmax gate coefficients"),
  );
  const { scale, location, lower, upper } = distribution.declaration as Record<string, number>;
  const between = lower !== undefined && upper !== undefined;
  return {
    distribution,
    width: scale ?? (between ? (upper - lower) / 4 : 1),
    centre: location ?? (between ? (lower + upper) / 2 : 0),
  };
}

const MOST_ROUNDS = 50;
const CONVERGED = 1e-7;

/**
 * The maximum of a gate's objective under any prior, or near it where the prior ends before the objective falls:
 * normal priors that touch this one from below are maximized one after another. gamma in place. Source: [hunter2004].
 */
export function maximizeUnderAny(
  objective: Omit<GateObjective, "priorMean" | "priorPrecision">,
  prior: AnyRowPrior,
  gamma: Matrix,
  responsibility: Matrix,
  priorWeight: number,
): void {
  const free = gamma.data.subarray(0, (gamma.rows - objective.fixedRows) * objective.q);
  const priorMean = new Float64Array(free.length).fill(prior.centre);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = free.slice();
    const priorPrecision = before.map((value) => priorWeight * touchingPrecision(prior, value));
    maximizeGate({ ...objective, priorMean, priorPrecision }, gamma, responsibility);
    if (free.every((value, j) => Math.abs(value - before[j]!) < CONVERGED * prior.width)) break;
  }
  if (priorWeight > 0) clamp(prior, free);
}

/** Precision of the normal around the centre whose log density has the prior's slope at x. */
function touchingPrecision({ distribution, width, centre }: AnyRowPrior, x: number): number {
  const h = 1e-4 * width;
  // At the centre the slope is 0: there it is the slope a little way off that counts.
  const at = Math.abs(x - centre) < h ? centre + h : x;
  const slope = (distribution.logDensity(at + h) - distribution.logDensity(at - h)) / (2 * h);
  const precision = -slope / (at - centre);
  return precision > 0 && precision < Number.POSITIVE_INFINITY ? precision : 0;
}

/** Moves coefficients that the prior excludes to the end of its support. */
function clamp({ distribution: { declaration } }: AnyRowPrior, coefficients: Float64Array): void {
  const { lower = -Infinity, upper = Infinity } = declaration as Record<string, number>;
  coefficients.forEach((value, j) => {
    coefficients[j] = Math.min(upper, Math.max(lower, value));
  });
}
