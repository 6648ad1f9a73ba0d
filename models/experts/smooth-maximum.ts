import type { Expert } from "../../src/core/expert.ts";
import { climb } from "../../src/math/climb.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { type Coordinate, exactHeight } from "./coordinate-prior.ts";
import {
  type SmoothLikelihood,
  type SmoothPosterior,
  smoothPosterior,
} from "./smooth-posterior.ts";

const CONVERGED = 1e-9;
/** A maximum is found when a round over the coordinates gains less than this, relative to the height. */
const NO_GAIN = 1e-13;
const MOST_ROUNDS = 200;

/**
 * The M step in coordinates without bounds; the density is that of the parameters. `posterior` searches: where its priors
 * are stood in for by smooth ones, what it finds is climbed on from, one coordinate at a time and then all together.
 */
export function smoothMaximum(
  likelihood: SmoothLikelihood,
  coordinates: readonly Coordinate[],
  posterior: SmoothPosterior,
): Expert["maximize"] {
  const isSmooth = coordinates.every((one) => one.isSmooth);
  const exact = smoothPosterior(
    likelihood,
    coordinates.map((one) => ({ ...one, ...exactHeight(one) })),
  );
  const found = new Float64Array(coordinates.length);

  /** What is maximized. */
  function heightAt(point: Vector, weight: number): number {
    let total = likelihood.evaluate(point);
    if (weight === 0) return total;
    coordinates.forEach(({ logDensity }, j) => {
      total += weight * logDensity(point[j]!);
    });
    return total;
  }

  function climbEach(point: Vector, weight: number): void {
    let height = Number.NEGATIVE_INFINITY;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      coordinates.forEach(({ logDensity, width, lower, upper }, j) => {
        const along = likelihood.along(point, j);
        const target = (x: number): number => {
          const prior = x >= lower && x <= upper ? logDensity(x) : Number.NEGATIVE_INFINITY;
          return prior === Number.NEGATIVE_INFINITY ? prior : weight * prior + along(x);
        };
        point[j] = climb(target, point[j]!, width);
      });
      const reached = heightAt(point, weight);
      if (!(reached > height + NO_GAIN * (1 + Math.abs(reached)))) return;
      height = reached;
    }
  }

  return (point, members, weight) => {
    posterior.load(members, weight, 0);
    if (!posterior.climb(found, CONVERGED)) return;
    if (weight === 0 || isSmooth) {
      // Where there are several maxima, none below the present point will do.
      if (heightAt(found, weight) >= heightAt(point, weight)) point.set(found);
      else posterior.climbOn(point, CONVERGED);
      return;
    }
    // Where the search leads may be outside the support.
    coordinates.forEach(({ logDensity }, j) => {
      if (Number.isFinite(logDensity(found[j]!))) point[j] = found[j]!;
    });
    climbEach(point, weight);
    exact.load(members, weight, 0);
    exact.climbOn(point, CONVERGED);
  };
}
