import type { Observations } from "../../src/core/data.ts";
import type { CoefficientsDeclaration } from "../../src/core/model.ts";
import { fastLog } from "../../src/math/exp.ts";
import { normalCoefficients } from "./coefficient-scale.ts";

/** Sd of log odds per sd of a covariate: from odds of 1 to 12 either way is within one sd. */
const SD = 2.5;
/** Added to successes and failures: where there are none, their ratio still has a logarithm. */
const HALF = 0.5;

/**
 * Normal with sd 2.5 per sd of the covariate, around the log odds of all successes (less the mean offset) for the
 * intercept and around 0 otherwise; as wide on any other scale of the design. Of the kind in [gelman2008].
 */
export function binomialDefault(
  { n, y, design }: Observations,
  trials: ArrayLike<number>,
): CoefficientsDeclaration {
  const { offset } = design;
  let [successes, failures] = [HALF, HALF];
  for (let i = 0; i < n; i++) {
    // A response that is impossible is refused later, with its row.
    successes += Math.max(y[i]!, 0);
    failures += Math.max(trials[i]! - y[i]!, 0);
  }
  const shift = offset === undefined ? 0 : offset.reduce((sum, o) => sum + o, 0) / n;
  const centre = fastLog(successes / failures) - shift;
  return normalCoefficients(design, centre, SD);
}
