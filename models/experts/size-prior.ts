import type { Distribution } from "../../src/core/distribution.ts";
import { ModelError } from "../../src/core/errors.ts";
import type { OverdispersedDeclaration } from "../../src/core/model.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { createRng, type Rng } from "../../src/math/rng.ts";
import { compileDistribution } from "../priors/index.ts";
import { type Coordinate, exactHeight, normalHeight } from "./coordinate-prior.ts";

/** Searches go no further: at a size of 5e11, the Poisson limit is reached for any counts that are told apart. */
const FURTHEST = 27;
/** e^±690 is a double. */
const REPRESENTABLE = 690;
const DRAWS = 1001;

/** The prior of a positive number φ, and of its logarithm. */
export interface SizePrior {
  logDensity(size: number): number;
  sample(rng: Rng): number;
  readonly coordinate: Coordinate;
}

/** The prior on φ that one on φ or on 1/φ means. */
export function sizePrior(declared: OverdispersedDeclaration): SizePrior {
  const { size, dispersion } = declared;
  const given = size ?? dispersion;
  if (given === undefined || (size !== undefined && dispersion !== undefined)) {
    throw new ModelError(
      `the prior of overdispersed counts must have one of size and dispersion; got ${JSON.stringify(declared)}`,
    );
  }
  const one = compileDistribution(given);
  const { logDensity, sample } = size === undefined ? ofInverse(one) : one;
  return { logDensity, sample, coordinate: logCoordinate(logDensity, sample) };
}

/** The distribution of 1/x, x having this one. */
function ofInverse({
  logDensity,
  sample,
}: Distribution): Pick<Distribution, "logDensity" | "sample"> {
  return {
    logDensity: (x) => (x > 0 ? logDensity(1 / x) - 2 * fastLog(x) : Number.NEGATIVE_INFINITY),
    sample: (rng) => 1 / sample(rng),
  };
}

/** The logarithm of a positive number of this log density and sampler. */
export function logCoordinate(
  ofSize: (size: number) => number,
  sample: (rng: Rng) => number,
): Coordinate {
  const { mean, sd } = normalLike(sample);
  const precision = 1 / sd ** 2;
  const logDensity = (x: number): number =>
    Math.abs(x) < REPRESENTABLE ? ofSize(fastExp(x)) : Number.NEGATIVE_INFINITY;
  const logJacobian = (x: number): number => x;
  const isSmooth = [-FURTHEST, 0, FURTHEST].every((x) => Number.isFinite(logDensity(x)));
  return {
    ...(isSmooth
      ? exactHeight({ logDensity, logJacobian, width: sd })
      : normalHeight(mean, precision)),
    logDensity,
    logJacobian,
    isSmooth,
    mean,
    precision,
    width: sd,
    lower: -FURTHEST,
    upper: FURTHEST,
  };
}

/** Median and half the width of the central 68% of the logarithm. */
function normalLike(sample: (rng: Rng) => number): { mean: number; sd: number } {
  const rng = createRng(1);
  const draws = Float64Array.from({ length: DRAWS }, () => fastLog(sample(rng))).sort();
  const at = (share: number): number => draws[Math.round(share * (DRAWS - 1))]!;
  return { mean: at(0.5), sd: 0.5 * (at(0.84) - at(0.16)) };
}
