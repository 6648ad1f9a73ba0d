import type { Members } from "../../src/core/data.ts";
import type { Expert } from "../../src/core/expert.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { sliceSample } from "../../src/math/random/slice.ts";
import type { Rng } from "../../src/math/rng.ts";
import type { Coordinate } from "./coordinate-prior.ts";
import { laplaceT } from "./laplace-t.ts";
import { smoothMaximum } from "./smooth-maximum.ts";
import { type SmoothLikelihood, smoothPosterior } from "./smooth-posterior.ts";

/** The proposal only has to be close: its search ends with a step that promises less than half of this. */
const NEAR = 0.05;

/** What is done to the coordinates of one component. */
export interface SmoothSteps extends Required<Pick<Expert, "update" | "approximate" | "maximize">> {
  /** How the update is done, in words. */
  readonly method: string;
}

/**
 * Steps on all coordinates of one component: from mode and curvature where all priors are smooth. Other priors are stood
 * in for by normal ones in the approximation, and the update slices one coordinate at a time. `samplePrior` draws a point.
 */
export function smoothSteps(
  likelihood: SmoothLikelihood,
  coordinates: readonly Coordinate[],
  samplePrior: (rng: Rng, point: Vector) => void,
): SmoothSteps {
  const d = coordinates.length;
  const posterior = smoothPosterior(likelihood, coordinates);
  const isSmooth = coordinates.every((one) => one.isSmooth);

  const { update, approximate } = laplaceT({
    dimension: d,
    samplePrior,
    logJoint(point) {
      const prior = coordinates.reduce((sum, one, j) => sum + logPrior(one, point[j]!), 0);
      return prior === Number.NEGATIVE_INFINITY ? prior : prior + likelihood.evaluate(point);
    },
    findMode(members, mode, factor) {
      posterior.load(members, 1, 1);
      if (posterior.climb(mode, NEAR) && posterior.hasFactor()) return factor.set(posterior.factor);
      factor.fill(0);
      coordinates.forEach(({ mean, precision }, j) => {
        mode[j] = mean;
        factor[j * (d + 1)] = Math.sqrt(precision);
      });
    },
  });

  function slices(rng: Rng, point: Vector, members: Members): void {
    likelihood.load(members);
    coordinates.forEach((one, j) => {
      const along = likelihood.along(point, j);
      const target = (x: number): number => {
        const prior = logPrior(one, x);
        return prior === Number.NEGATIVE_INFINITY ? prior : prior + along(x);
      };
      point[j] = sliceSample(rng, target, point[j]!, one.width);
    });
  }

  return {
    approximate,
    update: isSmooth ? update : slices,
    method: isSmooth
      ? "independence Metropolis from a t at the mode"
      : "slice sampling, one parameter at a time",
    maximize: smoothMaximum(likelihood, coordinates, posterior),
  };
}

/** Log prior density of the coordinate itself. */
function logPrior({ logDensity, logJacobian }: Coordinate, x: number): number {
  const density = logDensity(x);
  return density === Number.NEGATIVE_INFINITY ? density : density + logJacobian(x);
}
