import {
  deviatedCurve,
  distinguishableLoss,
  type ExpertAtom,
  hellinger,
  type MixtureLoss,
  mixtureLoss,
  nonDistinguishableLoss,
  type WeightedMeasure,
} from "../../diagnostics/losses/index.ts";
import { coordinateErrors, type Measured } from "./coordinate-errors.ts";
import { weightedDensityOf } from "./densities.ts";
import { knownMixture } from "./known-density.ts";
import { atomOf, type Fitted, mergedByCell, weightedOf } from "./mixing.ts";
import type { Measure, Truth } from "./plan.ts";
import { covariateNames, covariatesOf, familyOf } from "./truth.ts";

/** Whether a truth has a known density, and whether that is itself a mixture of the experts' kind. */
export type KnownKind = "none" | "distinguishable" | "overlapping";

export function knownKind(truth: Pick<Truth, "known" | "covariates">): KnownKind {
  if (truth.known === undefined) return "none";
  return knownMixture(truth.known, covariateNames(truth)) === undefined
    ? "distinguishable"
    : "overlapping";
}

/**
 * The fewest atoms of a mixture that has the true density: as many as the truth has, but where the known density overlaps
 * and one of them may lose its weight to it.
 */
export function fewestAtoms(truth: Truth): number {
  const own = truth.experts.length;
  if (truth.known === undefined) return own;
  const star = { weights: truth.weights!, experts: truth.experts.map(atomOf) };
  const known = knownMixture(truth.known, covariateNames(truth), star.experts);
  if (known === undefined) return own;
  const curve = deviatedCurve({ lambda: truth.lambda!, mixture: star }, known);
  // Along the curve weights change linearly, so that they vanish at its ends.
  const atEnds = [curve.lower, 1].map((lambda) => curve.at(lambda)?.experts.length ?? own);
  return Math.min(own, ...atEnds);
}

/** A loss, the atoms around which its cells lie, and the parts that λ has in it. */
interface Loss extends Pick<MixtureLoss, "cells"> {
  readonly value: number;
  readonly mass: number;
  readonly atoms: readonly ExpertAtom[];
  readonly lambda: Measured;
}

/** Means over covariates: the tolerance is far below what replicates differ by. */
const options = { tolerance: 1e-5 };

/** The measures that are wanted of a fit with constant weights, beside a known density or not. */
export function weightedMeasures(truth: Truth, fit: Fitted, wanted: readonly Measure[]): Measured {
  const star = { weights: truth.weights!, experts: truth.experts.map(atomOf) };
  const more = fit.experts.length > truth.experts.length;
  const lossOf = (measure: Fitted, powers: "exact" | "published" | "strong") =>
    compare(truth, star, measure, powers);
  const powers = more ? (familyOf(truth) === "tanh" ? "strong" : "published") : "exact";
  const loss = lossOf(fit, powers);
  const mixture = weightedOf(fit);
  const measures: Readonly<Record<Measure, () => Measured>> = {
    loss: () => ({ loss: loss.value, loss_mass: loss.mass }),
    functional: () => ({}),
    hellinger: () => {
      const p = weightedDensityOf(truth, mixture, fit.lambda);
      const q = weightedDensityOf(truth, star, truth.lambda);
      return { hellinger: hellinger(p, q, covariatesOf(truth), options).value };
    },
    parameters: () =>
      coordinateErrors({
        cells: loss.cells,
        mass: mixture.weights,
        truth: loss.atoms,
        fit: fit.experts,
        first: familyOf(truth) === "tanh" ? "amplitude" : "intercept",
      }),
    merged: () => {
      const merged = mergedByCell(fit, loss.cells, familyOf(truth));
      return { merged: lossOf({ ...fit, ...merged }, "exact").value };
    },
    lambda: () => loss.lambda,
  };
  return Object.assign({}, ...wanted.map((what) => measures[what]()));
}

function compare(
  truth: Truth,
  star: WeightedMeasure,
  fit: Fitted,
  powers: "exact" | "published" | "strong",
): Loss {
  const mixture = weightedOf(fit);
  const { lambda } = fit;
  if (truth.known === undefined || lambda === undefined) {
    return { ...mixtureLoss(mixture, star, powers), atoms: star.experts, lambda: {} };
  }
  const [one, two] = [
    { lambda, mixture },
    { lambda: truth.lambda!, mixture: star },
  ];
  const error = Math.abs(lambda - truth.lambda!);
  const known = knownMixture(truth.known, covariateNames(truth), star.experts);
  if (known === undefined) {
    const { cells, mass } = mixtureLoss(mixture, star, powers);
    const value = distinguishableLoss(one, two, powers);
    return { value, mass, cells, atoms: star.experts, lambda: { lambda: error } };
  }
  const loss = nonDistinguishableLoss(one, two, known, powers);
  const { atoms } = deviatedCurve(two, known);
  return { ...loss, atoms, lambda: { lambda: error, lambda_outside: loss.outside } };
}
