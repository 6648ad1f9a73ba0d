import { gateOf } from "../../diagnostics/losses/conditional-density.ts";
import {
  type ConditionalDensity,
  type DensityExpert,
  deviatedDensity,
  type ExpertAtom,
  type GatedMeasure,
  normalExpert,
  type WeightedMeasure,
} from "../../diagnostics/losses/index.ts";
import { tanh } from "../../models/experts/tanh-function.ts";
import { fastLog } from "../math/exp.ts";
import { knownDensity } from "./known-density.ts";
import type { Truth } from "./plan.ts";
import { covariateNames, familyOf } from "./truth.ts";

type Family = ReturnType<typeof familyOf>;

/** The density of y given the covariates under a softmax gate. */
export const gatedDensityOf = (family: Family, measure: GatedMeasure): ConditionalDensity => ({
  experts: expertsOf(family, measure.experts),
  logWeights: gateOf(measure),
});

/** The density under constant weights; with a share, of what deviates from the truth's known density by it. */
export function weightedDensityOf(
  truth: Truth,
  { weights, experts }: WeightedMeasure,
  lambda: number | undefined,
): ConditionalDensity {
  const logs = weights.map(fastLog);
  const mixture: ConditionalDensity = {
    experts: expertsOf(familyOf(truth), experts),
    logWeights: (_, out) => out.set(logs),
  };
  if (truth.known === undefined || lambda === undefined) return mixture;
  return deviatedDensity(knownDensity(truth.known, covariateNames(truth)), lambda, mixture);
}

function expertsOf(family: Family, atoms: readonly ExpertAtom[]): DensityExpert[] {
  const density = family === "tanh" ? curveExpert : normalExpert;
  return atoms.map(({ coefficients, sd }) => density({ coefficients, sd: sd! }));
}

const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);

/** A normal density around amplitude · tanh(slopes · x); the amplitude stands first. */
function curveExpert({ coefficients, sd }: Required<ExpertAtom>): DensityExpert {
  const [amplitude, ...slopes] = coefficients;
  const constant = -HALF_LOG_2PI - fastLog(sd);
  const centre = (x: Float64Array): number =>
    amplitude! * tanh(slopes.reduce((sum, slope, c) => sum + slope * x[c]!, 0));
  return {
    logDensity: (y, x) => constant - 0.5 * ((y - centre(x)) / sd) ** 2,
    centre,
    spread: () => sd,
  };
}
