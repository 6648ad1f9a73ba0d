import type { MarginalPosterior } from "../../src/core/marginal-posterior.ts";
import { solveCholesky } from "../../src/math/cholesky.ts";
import { matrix, type Vector } from "../../src/math/matrix.ts";
import { normal } from "../../src/math/random/normal.ts";
import { createRng } from "../../src/math/rng.ts";
import { factorize } from "./mode.ts";
import { reference } from "./reference.ts";

/** Pairs of points on either side of the mean. */
const PAIRS = 8;
const STREAM = 20_090;

/**
 * One Newton step towards the normal density closest to the posterior: precision and mean from the Hessian and gradient
 * averaged over that density, by antithetic pairs that are always the same. Rewrites mean and factor; false, and both of
 * no use, where the averaged Hessian is not negative definite or the mean would move by more than √D sds.
 * Source: [opper2009].
 */
export function variationalStep(
  posterior: MarginalPosterior,
  base: number,
  mean: Vector,
  factor: Vector,
): boolean {
  const D = mean.length;
  const rng = createRng(STREAM, D);
  const { colour } = reference(mean, factor);
  const white = new Float64Array(D);
  const point = new Float64Array(D);
  const gradient = new Float64Array(D);
  const curvature = matrix(D, D);
  const step = new Float64Array(D);
  const total = matrix(D, D);
  for (let pair = 0; pair < PAIRS; pair++) {
    for (let j = 0; j < D; j++) white[j] = normal(rng);
    for (let side = 0; side < 2; side++) {
      for (let j = 0; j < D; j++) white[j] = -white[j]!;
      colour(white, point);
      const value = posterior.derivatives(point, base, gradient, curvature);
      if (!Number.isFinite(value)) return false;
      addTo(step, gradient, 0.5 / PAIRS);
      addTo(total.data, curvature.data, 0.5 / PAIRS);
    }
  }
  if (!factorize(total, 0, factor)) return false;
  gradient.set(step);
  solveCholesky(factor, D, step);
  let squares = 0;
  for (let j = 0; j < D; j++) squares += gradient[j]! * step[j]!;
  if (!(squares <= D)) return false;
  addTo(mean, step, 1);
  return true;
}

function addTo(out: Vector, values: Vector, weight: number): void {
  for (let j = 0; j < out.length; j++) out[j] = out[j]! + weight * values[j]!;
}
