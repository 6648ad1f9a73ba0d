import type { Measured } from "./coordinate-errors.ts";
import { gatedMeasures } from "./gated-measures.ts";
import type { Fitted } from "./mixing.ts";
import type { Measure, Truth } from "./plan.ts";
import { weightedMeasures } from "./weighted-measures.ts";

/**
 * How far a fit is from the truth.
 * `loss`: the Voronoi loss that the truth asks for, with the powers of the literature (`strong` ones for curves);
 * `loss_refined` with those derived for this package, under a softmax gate; `loss_mass`, the part of the masses.
 * `functional`: the functional gate loss. `hellinger`. `single_*`, `shared_*`: root mean square errors, by mass, of the
 * atoms that have a true atom to themselves, and of those that share one. `merged`: the loss after atoms that share a
 * true atom are merged. `lambda`: error of the share beside a known density; `lambda_outside`, its distance from where
 * it could be, if that density is a mixture of such experts itself.
 */
export function measure(truth: Truth, fit: Fitted, wanted: readonly Measure[]): Measured {
  return (truth.gate === undefined ? weightedMeasures : gatedMeasures)(truth, fit, wanted);
}
