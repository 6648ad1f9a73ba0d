import type { Distribution } from "../../src/core/distribution.ts";
import type { CoefficientsDeclaration } from "../../src/core/model.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { createRng, type Rng } from "../../src/math/rng.ts";
import { perColumn } from "../per-column.ts";
import { compileDistribution } from "../priors/index.ts";

/** Independent priors on the coefficients, one a column of the design. */
export interface CoefficientPrior {
  readonly priors: readonly Distribution[];
  readonly isNormal: boolean;
  /** Of each coefficient; where its prior is not normal, those of a normal density of the same middle and width. */
  readonly mean: Vector;
  readonly precision: Vector;
  /** Steps that are neither tiny nor huge beside the priors. */
  readonly widths: Vector;
  logDensity(theta: Vector): number;
  sample(rng: Rng, theta: Vector): void;
}

/** Throws a ModelError when there are neither one prior nor p. */
export function priorOnCoefficients(
  { coefficients }: Pick<CoefficientsDeclaration, "coefficients">,
  p: number,
): CoefficientPrior {
  const priors = perColumn("coefficients", coefficients, p).map(compileDistribution);
  const moments = priors.map(normalLike);
  return {
    priors,
    isNormal: priors.every(isNormal),
    mean: Float64Array.from(moments, ({ mean }) => mean),
    precision: Float64Array.from(moments, ({ sd }) => 1 / sd ** 2),
    widths: Float64Array.from(moments, ({ sd }) => sd),
    logDensity(theta) {
      let total = 0;
      for (let j = 0; j < p; j++) total += priors[j]!.logDensity(theta[j]!);
      return total;
    },
    sample(rng, theta) {
      for (let j = 0; j < p; j++) theta[j] = priors[j]!.sample(rng);
    },
  };
}

const isNormal = ({ declaration }: Distribution): boolean => declaration.kind === "normal";

const DRAWS = 1001;

/** Median and half the width of the central 68%; exact for a normal prior. */
function normalLike(prior: Distribution): { mean: number; sd: number } {
  if (isNormal(prior)) {
    return { mean: Number(prior.declaration["mean"]), sd: Number(prior.declaration["sd"]) };
  }
  const rng = createRng(1);
  const draws = Float64Array.from({ length: DRAWS }, () => prior.sample(rng)).sort();
  const at = (share: number): number => draws[Math.round(share * (DRAWS - 1))]!;
  return { mean: at(0.5), sd: 0.5 * (at(0.84) - at(0.16)) };
}
