import { SamplerError } from "../../src/core/errors.ts";
import { fastLog } from "../../src/math/exp.ts";
import { type Rng, uniform } from "../../src/math/rng.ts";
import type { Place, Surroundings } from "./place.ts";

/**
 * Independence Metropolis: a draw from the reference is accepted with probability min(1, p' q / (p q')). A draw that is
 * not canonical has density 0. Source: [tierney1994].
 */
export function independence(surroundings: Surroundings) {
  const { posterior, reference, labels } = surroundings;
  const proposed = new Float64Array(reference.dimension);
  return (rng: Rng, place: Place): boolean => {
    const squares = reference.draw(rng, proposed);
    const threshold = fastLog(uniform(rng));
    if (!labels.isCanonical(proposed)) return false;
    const value = posterior.value(proposed, surroundings.base);
    mustBeNumber(value);
    const logRatio =
      value - place.value + reference.logDensity(place.squares) - reference.logDensity(squares);
    if (!(threshold < logRatio)) return false;
    place.point.set(proposed);
    place.value = value;
    place.squares = squares;
    place.hasGradient = false;
    return true;
  };
}

function mustBeNumber(value: number): void {
  if (!Number.isNaN(value)) return;
  throw new SamplerError(
    "the log posterior density of a proposal must be a number; got NaN; look for extreme values in the data, " +
      "use tighter priors, or take the sampler gibbs",
  );
}
