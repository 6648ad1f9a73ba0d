import type { Expert } from "../../src/core/expert.ts";
import type { Vector } from "../../src/math/matrix.ts";
import type { Coordinate } from "./coordinate-prior.ts";
import { type SmoothLikelihood, smoothPosterior } from "./smooth-posterior.ts";

const CONVERGED = 1e-9;
/** Less than this to be gained: the point is at the foot of no other peak than the one that it is on. */
const SMALL_GAIN = 0.5;

/**
 * An M step that looks for the nearest maximum first, and for the highest by `everywhere` only where that gains much, as
 * it does at the first iterations of EM but not at later ones. Only under smooth priors, or none.
 */
export function nearbyFirst(
  likelihood: SmoothLikelihood,
  coordinates: readonly Coordinate[],
  everywhere: Expert["maximize"],
): Expert["maximize"] {
  const posterior = smoothPosterior(likelihood, coordinates);
  const isSmooth = coordinates.every((one) => one.isSmooth);
  const nearest = new Float64Array(coordinates.length);

  function heightAt(point: Vector, weight: number): number {
    const height = likelihood.evaluate(point);
    if (weight === 0) return height;
    return coordinates.reduce((sum, one, j) => sum + weight * one.logDensity(point[j]!), height);
  }

  return (point, members, weight) => {
    if (weight === 0 || isSmooth) {
      posterior.load(members, weight, 0);
      nearest.set(point);
      posterior.climbOn(nearest, CONVERGED);
      const gain = heightAt(nearest, weight) - heightAt(point, weight);
      if (gain >= 0 && gain < SMALL_GAIN) {
        point.set(nearest);
        return;
      }
    }
    everywhere(point, members, weight);
  };
}
