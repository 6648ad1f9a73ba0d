import type { Observations } from "../../src/core/data.ts";
import type { CoefficientsDeclaration } from "../../src/core/model.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { normalCoefficients } from "./coefficient-scale.ts";

/** Sd of a log ratio of means per sd of a covariate: a factor of 12 either way is within one sd. */
const SD = 2.5;
/** Fewest counts that the mean is taken of: where all are 0, it still has a logarithm. */
const FEWEST = 0.5;

/**
 * Normal with sd 2.5 per sd of the covariate, around the log of the mean count (per unit of exposure, where there is an
 * offset) for the intercept and around 0 otherwise; as wide on any other scale of the design.
 */
export function defaultPrior({ n, y, design }: Observations): CoefficientsDeclaration {
  const { offset } = design;
  const exposure = offset === undefined ? n : offset.reduce((sum, o) => sum + fastExp(o), 0);
  const counts = y.reduce((sum, count) => sum + count, 0);
  const centre = fastLog(Math.max(counts, FEWEST) / exposure);
  return normalCoefficients(design, centre, SD);
}
